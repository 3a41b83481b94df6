"""Finds the files of a raw table and says how DuckDB reads them.

Nothing here looks at rows: what a CSV file means is stated by its header line and by
the vars of the build, so that a late row cannot change how an early one was read.
"""

import codecs
import csv
import gzip
import hashlib
import json
import re
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

COMPRESSIONS = ("", ".gz", ".zst")
CSV_ENDINGS = tuple(
    kind + packed for kind in (".csv", ".tsv", ".txt") for packed in COMPRESSIONS
)
PARQUET_ENDINGS = (".parquet", ".pq", ".parq")
# Encodings that DuckDB reads itself; any other that Python knows is rewritten as UTF-8.
DUCKDB_ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16", "iso8859-1": "latin-1"}
DELIMITERS = (",", ";", "\t", "|")
PARQUET_MAGIC = b"PAR1"
# What packed files begin with, and the ending that says so.
PACKED_MAGIC = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst", b"PK\3\4": ".zip"}
# Files of tables that nothing here reads; they must not pass for absent ones.
UNREAD_ENDINGS = (
    *(".xlsx", ".xls", ".ods", ".zip", ".csv.zip", ".csv.bz2", ".csv.xz", ".json"),
    *(".jsonl", ".ndjson", ".feather", ".arrow", ".orc", ".avro", ".sas7bdat", ".dta"),
)
# Of a text file, among which its column names are.
N_FIRST_LINES = 10


class RawTableError(ValueError):
    """What is wrong with the files of a table, as one sentence."""


@dataclass(frozen=True)
class CsvForm:
    """How the text files are written; the vars ``csv_*`` of the build."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Header:
    """What the first lines of a text file say: its delimiter, its columns."""

    delimiter: str
    names: tuple[str, ...]
    # Lines above the column names: empty ones, or what a spreadsheet says of itself.
    n_skipped: int


@dataclass(frozen=True)
class RawTable:
    """What a raw table is read from.

    Attributes
    ----------
    file
        Its name as messages give it, such as ``transactions.csv``.
    reader
        A SQL relation such as ``read_parquet(['data/products.parquet'])``; empty if the
        table is absent or unreadable.
    kind
        ``parquet`` or ``csv``; empty if the table is absent.
    problem
        Why it cannot be read, as one sentence; empty if it can or is absent.
    time_zone
        Zone that pandas wrote into a parquet file's metadata; empty if none.
    """

    file: str
    reader: str = ""
    kind: str = ""
    problem: str = ""
    time_zone: str = ""


def raw_table(folder: Path, name: str, file_format: str, form: CsvForm) -> RawTable:
    """Return how the table ``name`` of a folder is read.

    Parameters
    ----------
    folder
        The folder of the raw tables.
    name
        Name of the table: that of its file or folder, without the ending.
    file_format
        ``parquet``, ``csv``, or ``auto`` for whichever is there.
    form
        How text files are written.

    Returns
    -------
    RawTable
        A relation of DuckDB, or the sentence that says why there is none.
    """
    expected = f"{name}.{'csv' if file_format == 'csv' else 'parquet'}"
    if not folder.is_dir():
        return RawTable(expected, problem=f"the folder {folder} does not exist.")
    found = _candidates(folder, name, file_format)
    if not found:
        unread = [
            path.name
            for path in sorted(folder.iterdir())
            if path.name.lower() in {name + ending for ending in UNREAD_ENDINGS}
        ]
        if not unread:
            return RawTable(expected)
        sentence = (
            f"{unread[0]} is of a kind that is not read, expected {name}.parquet or "
            f"{name}.csv (also .gz, .zst); export it as one of them, or move it away."
        )
        return RawTable(unread[0], problem=sentence)
    path = found[0]
    if len(found) > 1:
        both = " and ".join(one.name for one in found)
        sentence = f"{both} are both in {folder}, expected one of them; move the other."
        return RawTable(path.name, problem=sentence)
    try:
        parts = _parts(path)
        kind = _kind(path, parts)
        if file_format not in ("auto", kind):
            return RawTable(expected)
        _refuse_copies(path, parts)
        if kind == "parquet":
            reader = parquet_reader(parts, is_hive=_is_hive(path, parts))
            return RawTable(
                path.name, reader, kind, time_zone=pandas_time_zone(parts[0])
            )
        reader = csv_reader(parts, form, is_hive=_is_hive(path, parts))
    except (RawTableError, OSError, UnicodeError, duckdb.Error) as error:
        sentence = " ".join(str(error).split())
        return RawTable(path.name, problem=sentence)
    return RawTable(path.name, reader, kind)


def raw_table_as_json(folder: str, name: str, options: str) -> str:
    """Return :func:`raw_table` as JSON, for a macro; options are JSON, too."""
    chosen = json.loads(options)
    file_format = chosen.pop("format")
    path = Path(folder).expanduser()
    return json.dumps(asdict(raw_table(path, name, file_format, CsvForm(**chosen))))


def parquet_reader(paths: list[Path], *, is_hive: bool = False) -> str:
    """Return the relation of parquet files that share their column names.

    Parts may have their columns in another order or lack some, and text may be stored
    as bytes without a word that it is text.
    """
    options = "union_by_name = true, binary_as_string = true"
    return f"read_parquet({_listed(paths)}, {options}{_hive_options(is_hive)})"


def csv_reader(paths: list[Path], form: CsvForm, *, is_hive: bool = False) -> str:
    """Return the relation of text files: every column text, by the header's names.

    Files with the same header are read together; parts in another order of columns are
    put below them by name.
    """
    groups: dict[tuple[str, Header], list[Path]] = defaultdict(list)
    first_of: dict[frozenset[str], Path] = {}
    for original in paths:
        path, encoding = _readable(original, form.encoding)
        header = _header(original, path, form, encoding)
        groups[encoding, header].append(path)
        first_of.setdefault(frozenset(header.names), original)
    if len(first_of) > 1:
        (names, first), (other_names, other), *_ = first_of.items()
        unshared = ", ".join(sorted(names ^ other_names))
        raise RawTableError(
            f"{first.name} and {other.name} have other columns ({unshared}), expected "
            "the same in every part."
        )
    relations = []
    for (encoding, header), members in groups.items():
        columns = ", ".join(f"{_quoted(name)}: 'varchar'" for name in header.names)
        relations.append(
            f"read_csv({_listed(members)}, auto_detect = false, header = true, "
            f"skip = {header.n_skipped}, delim = {_quoted(header.delimiter)}, "
            f"quote = {_quoted(form.quote)}, "
            f"escape = {_quoted(form.escape)}, encoding = {_quoted(encoding)}, "
            f"columns = {{{columns}}}, store_rejects = true{_hive_options(is_hive)})"
        )
    if len(relations) == 1:
        return relations[0]
    return "(" + " union all by name ".join(f"from {one}" for one in relations) + ")"


def header_names(line: str, delimiter: str, quote: str) -> tuple[str, ...]:
    """Return the column names of a header line, trimmed and in lower case.

    A column without a name, such as the row numbers that pandas writes, is named by its
    position: ``column_1``.
    """
    text = line.lstrip("\ufeff").rstrip("\r\n")
    form: dict[str, Any] = {"delimiter": delimiter, "quotechar": quote or None}
    if not quote:
        form["quoting"] = csv.QUOTE_NONE
    cells = next(csv.reader([text], **form), [])
    # A delimiter at the end of every line is no column.
    if len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return tuple(
        cell.strip().lower() or f"column_{number}"
        for number, cell in enumerate(cells, start=1)
    )


def sniffed_delimiter(line: str) -> str:
    """Return the delimiter that occurs most often in a header line; comma if none."""
    return max(DELIMITERS, key=line.count)


def pandas_time_zone(path: Path) -> str:
    """Return the one time zone that pandas noted in a parquet file; empty if none."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select decode(value) from parquet_kv_metadata($path) "
            "where decode(key) = 'pandas'",
            {"path": _escaped(path)},
        ).fetchall()
    zones = {
        column["metadata"]["timezone"]
        for (text,) in rows
        for column in json.loads(text)["columns"]
        if (column.get("metadata") or {}).get("timezone")
    }
    return zones.pop() if len(zones) == 1 else ""


def _candidates(folder: Path, name: str, file_format: str) -> list[Path]:
    """Return the files and folders that may be the table, in order of name."""
    endings = {
        "parquet": PARQUET_ENDINGS,
        "csv": CSV_ENDINGS,
        "auto": (*PARQUET_ENDINGS, *CSV_ENDINGS),
    }[file_format]
    names = {name + ending for ending in endings}
    return sorted(
        path
        for path in folder.iterdir()
        if path.name.lower() in names
        or (path.name.lower() == name and path.is_dir() and _visible_files(path))
    )


def _visible_files(folder: Path) -> list[Path]:
    """Return the files below a folder, without markers such as ``_SUCCESS``."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part.startswith((".", "_")) and "=" not in part
            for part in path.relative_to(folder).parts
        )
    )


def _parts(path: Path) -> list[Path]:
    parts = _visible_files(path) if path.is_dir() else [path]
    if not parts:
        raise RawTableError(f"{path.name} is a folder without files, expected parts.")
    for part in parts:
        if part.stat().st_size == 0:
            raise RawTableError(f"{part.name} is a file of 0 bytes, expected a table.")
    return parts


def _kind(path: Path, parts: list[Path]) -> str:
    kinds = {part: _kind_of_file(part) for part in parts}
    if len(set(kinds.values())) > 1:
        one = next(part for part, kind in kinds.items() if kind == "parquet")
        other = next(part for part, kind in kinds.items() if kind == "csv")
        raise RawTableError(
            f"{path.name} holds {one.name} and {other.name}, expected parts of one "
            "kind."
        )
    return kinds[parts[0]]


def _kind_of_file(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    is_parquet = start == PARQUET_MAGIC
    if path.name.lower().endswith(PARQUET_ENDINGS) and not is_parquet:
        raise RawTableError(f"{path.name} is no parquet file, though its name says so.")
    packed = next(
        (ending for magic, ending in PACKED_MAGIC.items() if start.startswith(magic)),
        "",
    )
    named = path.suffix.lower() if path.suffix.lower() in COMPRESSIONS else ""
    if packed != named:
        found = f"packed as {packed}" if packed else "not packed"
        remedy = (
            "unpack it" if packed == ".zip" else f"let its name end in .csv{packed}"
        )
        raise RawTableError(
            f"{path.name} is {found}, which its name does not say; {remedy}."
        )
    return "parquet" if is_parquet else "csv"


def _refuse_copies(path: Path, parts: list[Path]) -> None:
    """Refuse two parts with the same bytes; only files of equal size are read."""
    by_size: dict[int, list[Path]] = defaultdict(list)
    for part in parts:
        by_size[part.stat().st_size].append(part)
    seen: dict[str, Path] = {}
    for part in (part for same in by_size.values() if len(same) > 1 for part in same):
        with part.open("rb") as file:
            # In a hive folder equal bytes under other values are other rows.
            key = str(part.parent) if _is_hive(path, [part]) else ""
            digest = key + hashlib.file_digest(file, "sha256").hexdigest()
        if digest in seen:
            raise RawTableError(
                f"{path.name} holds {part.name}, an exact copy of {seen[digest].name}; "
                "remove one of them."
            )
        seen[digest] = part


def _is_hive(path: Path, parts: list[Path]) -> bool:
    return path.is_dir() and any(
        "=" in folder for part in parts for folder in part.relative_to(path).parts[:-1]
    )


def _hive_options(is_hive: bool) -> str:
    # Values stay text: a store 007 is not store 7.
    return (
        ", hive_partitioning = true, hive_types_autocast = false"
        if is_hive
        else ", hive_partitioning = false"
    )


def _header(original: Path, path: Path, form: CsvForm, encoding: str) -> Header:
    """Return the delimiter and the column names of a text file."""
    lines = [line.strip("\ufeff\r\n ") for line in _first_lines(path, encoding)]
    # A spreadsheet may state the delimiter in a line of its own: sep=;
    stated = [re.fullmatch(r'"?sep=(.)"?', line) for line in lines]
    is_header = [
        bool(line) and not sep for line, sep in zip(lines, stated, strict=True)
    ]
    if not any(is_header):
        raise RawTableError(f"{original.name} has no header line.")
    n_skipped = is_header.index(True)
    line = lines[n_skipped]
    delimiter = form.delimiter
    if delimiter == "," and ".tsv" in original.suffixes:
        delimiter = "\t"
    if delimiter == "auto":
        delimiter = sniffed_delimiter(line)
    for sep in stated[:n_skipped]:
        if sep:
            delimiter = sep[1]
    names = header_names(line, delimiter, form.quote)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise RawTableError(
            f"{original.name} has the column {repeated[0]} twice, expected each once."
        )
    return Header(delimiter, names, n_skipped)


def _first_lines(path: Path, encoding: str) -> list[str]:
    if path.suffix == ".zst":
        with duckdb.connect() as connection:
            rows = connection.execute(
                "select line from read_csv($path, auto_detect = false, delim = chr(1), "
                "quote = '', escape = '', header = false, strict_mode = false, "
                "columns = {'line': 'varchar'}, encoding = $encoding) "
                f"limit {N_FIRST_LINES}",
                {"path": _escaped(path), "encoding": encoding},
            ).fetchall()
        return [line or "" for (line,) in rows]
    opener = gzip.open if path.suffix == ".gz" else open
    # A wrong encoding is reported with its line when the rows are read.
    with opener(path, "rt", encoding=encoding, errors="replace") as file:
        return list(islice(file, N_FIRST_LINES))


def _readable(path: Path, encoding: str) -> tuple[Path, str]:
    """Return a file and the encoding by which DuckDB reads it.

    A byte order mark is a statement of the file itself and wins. What DuckDB does not
    read is rewritten as UTF-8 in the folder for temporary files, once per version.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(codecs.BOM_UTF16_LE):
        encoding = "utf-16"
    elif start.startswith(codecs.BOM_UTF16_BE):
        encoding = "utf-16-be"
    elif start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8"
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        raise RawTableError(
            f"var csv_encoding is {encoding!r}, expected an encoding such as utf-8, "
            "utf-16, latin-1 or windows-1252."
        ) from None
    if codec in DUCKDB_ENCODINGS:
        return path, DUCKDB_ENCODINGS[codec]
    if path.suffix in COMPRESSIONS:
        raise RawTableError(
            f"{path.name} is packed and written in {encoding}, expected UTF-8, UTF-16 "
            "or Latin-1 in a packed file; unpack it first."
        )
    return transcoded(path, codec), "utf-8"


def transcoded(path: Path, encoding: str) -> Path:
    """Return a copy of a text file as UTF-8; a copy that is up to date is kept.

    Raises
    ------
    RawTableError
        If the file is not written in ``encoding``; the sentence names the byte.
    """
    status = path.stat()
    version = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}|{encoding}"
    folder = Path(tempfile.gettempdir()) / "retail_uplift_utf8"
    folder.mkdir(exist_ok=True)
    digest = hashlib.sha256(version.encode()).hexdigest()[:16]
    copy = folder / f"{path.stem}.{digest}{path.suffix}"
    if copy.exists():
        return copy
    draft = copy.with_suffix(".part")
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            draft.open("w", encoding="utf-8", newline="") as target,
        ):
            while block := source.read(1 << 22):
                target.write(block)
    except UnicodeError as error:
        raise RawTableError(
            f"{path.name} is not written in {encoding}: {error}."
        ) from (error)
    draft.replace(copy)
    return copy


def _listed(paths: list[Path]) -> str:
    return "[" + ", ".join(_quoted(_escaped(path)) for path in paths) + "]"


def _escaped(path: Path) -> str:
    """Return a path without wildcards: DuckDB would take [2024] for a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
