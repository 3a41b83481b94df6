"""What an error of DuckDB means for a retailer's data team, in one or two sentences.

Each sentence names the file and the line where DuckDB knows them, what was found, what
was expected, and the remedy.
"""

import re
from collections.abc import Callable
from pathlib import PurePath

Found = re.Match[str]


def in_plain_words(message: str) -> str:
    """Return what an error says and what to do.

    Parameters
    ----------
    message
        Text of an error, as DuckDB or dbt prints it.

    Returns
    -------
    str
        One or more sentences on one line. An error that is not listed here is its own
        first line, so that nothing is hidden.
    """
    for pattern, explain in EXPLANATIONS:
        found = re.search(pattern, message, flags=re.DOTALL)
        if found:
            return " ".join(explain(found).split())
    lines = [line.strip() for line in message.splitlines()]
    # dbt's own first line only names the model.
    told = [line for line in lines if line and not re.match(r"\w+ Error( in |$)", line)]
    return told[0] if told else message.strip()


def _file(text: str) -> str:
    return f"file {PurePath(text.strip()).name}"


def _short(text: str, length: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[:length]} ..."


def _cells(found: Found) -> str:
    return (
        f"{_file(found['file'])}, line {found['line']}: the row has {found['found']} "
        f"cells, expected {found['expected']} as in the first line "
        f"({_short(found['row'])}). "
        "Mend the row, or put a cell that holds the delimiter into quotes; the var "
        "that names the delimiter is on page USE_YOUR_OWN_DATA.md."
    )


def _quote(found: Found) -> str:
    return (
        f"{_file(found['file'])}, line {found['line']}: a quote is opened and not "
        f"closed ({_short(found['row'])}). Double every quote inside of a quoted cell, "
        "or name the file's quote and escape characters in their vars."
    )


def _encoding(found: Found) -> str:
    return (
        f"{_file(found['file'])}, line {found['line']}: the text is not UTF-8. Name "
        "the file's encoding in its var (latin-1 or utf-16, say), or write it as UTF-8."
    )


def _csv(found: Found) -> str:
    return (
        f"{_file(found['file'])}, line {found['line']}: {_short(found['why'])} "
        f"({_short(found['row'])}). Mend the row; the vars of CSV files are on page "
        "USE_YOUR_OWN_DATA.md."
    )


def _missing(found: Found) -> str:
    return (
        f"{_file(found['file'])} is missing: nothing fits the path {found['file']}. "
        "Write the file, or set var raw_dir to its folder."
    )


def _no_parquet(found: Found) -> str:
    return (
        f"{_file(found['file'])} is no whole parquet file: it is another kind of file, "
        "or its writing stopped half-way. Write it again; for CSV files set var "
        "canonical_format to csv."
    )


def _no_zip(found: Found) -> str:
    return (
        f"{_file(found['file'])} is named as a compressed file and is none. Compress "
        "it again, or take the ending off its name."
    )


def _other_part(found: Found) -> str:
    return (
        f"{_file(found['file'])} has no column {found['column']}, which the first "
        f"part, {_file(found['first'])}, has. Write all parts of a table with the same "
        "columns."
    )


def _locked(found: Found) -> str:
    process = re.search(r"PID (\d+)", found[0])
    by = f" by process {process[1]}" if process else ""
    return (
        f"The warehouse {found['file']} is in use{by}: another build, a notebook or a "
        "BI tool has it open. Close that and build again; readers should open it with "
        "read_only."
    )


def _memory(found: Found) -> str:
    return (
        "The memory that DuckDB may use is not enough for this step. Raise "
        "it with environment variable RETAIL_UPLIFT_MEMORY (as 8GB), or lower the "
        "number of threads with RETAIL_UPLIFT_THREADS=1."
    )


def _disk(found: Found) -> str:
    return (
        "The disk is full: DuckDB could not write a step that does not fit into "
        "memory. Make room beside the warehouse file, or raise the memory with "
        "environment variable RETAIL_UPLIFT_MEMORY."
    )


def _conversion(found: Found) -> str:
    column = f" in column {found['column']}" if found["column"] else ""
    return (
        f"The value '{_short(found['value'])}'{column} is no {_type(found['type'])}. "
        "Mend the value in the raw table, or leave it empty if it is not known."
    )


def _range(found: Found) -> str:
    return (
        f"The value {_short(found['value'])} is too large for a {_type(found['type'])} "
        "here. Look for a column of ids that slipped into a column of numbers."
    )


def _date(found: Found) -> str:
    return (
        f"The value '{found['value']}' is no date of the calendar. Mend it in the raw "
        "table, or name the form of the dates in its var (page USE_YOUR_OWN_DATA.md)."
    )


def _zone(found: Found) -> str:
    return (
        f"Var time_zone is '{found['zone']}', which is no time zone. Name the shops' "
        "own by continent and city, as Europe/Berlin or America/New_York."
    )


def _not_a_warehouse(found: Found) -> str:
    return (
        f"The file {found['file']} is no warehouse of this version of DuckDB. Move it "
        "away; a build writes a new one."
    )


def _damaged(found: Found) -> str:
    return (
        "A database file is damaged: DuckDB cannot read a block of it. Move the build "
        "file away; the next build writes a new one, and takes the lists of campaigns "
        "from the published file."
    )


def _no_table(found: Found) -> str:
    return (
        f"There is no table {found['table']}: it was not built, or the raw tables lie "
        "in another schema. Build what comes before it (dbt build --select +MODEL), or "
        "set var raw_dir to the schema of the raw tables."
    )


def _type(duckdb_type: str) -> str:
    kind = duckdb_type.split("(")[0].upper()
    if kind in ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        return "date"
    return "whole number" if "INT" in kind else "number"


_CSV = r"CSV Error on Line: (?P<line>\d+)\s+Original Line: (?P<row>.*?)\n"
_IN_FILE = r".*?\n\s*file = (?P<file>[^\n]+)"

# The first pattern that is found counts.
EXPLANATIONS: tuple[tuple[str, Callable[[Found], str]], ...] = (
    (
        _CSV
        + r"Expected Number of Columns: (?P<expected>\d+) Found: (?P<found>\d+)"
        + _IN_FILE,
        _cells,
    ),
    (_CSV + r"\s*Value with unterminated quote found" + _IN_FILE, _quote),
    (_CSV + r"Invalid unicode" + _IN_FILE, _encoding),
    (_CSV + r"(?P<why>[^\n]+)" + _IN_FILE, _csv),
    (r'No files found that match the pattern "(?P<file>[^"]+)"', _missing),
    (r"No magic bytes found at end of file '(?P<file>[^']+)'", _no_parquet),
    (r"File '(?P<file>[^']+)' too small to be a Parquet file", _no_parquet),
    (
        r"schema mismatch in glob: column \"(?P<column>[^\"]+)\" was read from the "
        r"original file \"(?P<first>[^\"]+)\"[^\n]*in file \"(?P<file>[^\"]+)\"",
        _other_part,
    ),
    (r"Input is not a GZIP stream: (?P<file>[^\n]+)", _no_zip),
    (r"ZSTD[^\n]*(?:file|stream)[^\n]*?(?P<file>[^\s\"']+\.zst)", _no_zip),
    (r'Could not set lock on file "(?P<file>[^"]+)"[^\n]*', _locked),
    (r"(?:max_temp_directory_size|No space left on device)", _disk),
    (r"Out of Memory Error", _memory),
    (
        r"Could not convert string ['\"](?P<value>.*?)['\"] to (?P<type>[\w() ,]+?)"
        r"(?: when casting from source column (?P<column>\w+))?(?:\n|$)",
        _conversion,
    ),
    (
        r"Type \w+ with value (?P<value>\S+) can't be cast[^\n]*"
        r"destination type (?P<type>\w+)",
        _range,
    ),
    (
        r"date field value out of range: \"(?P<value>[^\"]+)\"",
        _date,
    ),
    (
        r"invalid (?:date|timestamp) field format: \"(?P<value>[^\"]+)\"",
        _date,
    ),
    (
        r"[Tt]he file \"(?P<file>[^\"]+)\" exists, but it is not a valid DuckDB",
        _not_a_warehouse,
    ),
    (
        r"Corrupt database file|Could not read enough bytes from file "
        r"\"[^\"]+\.duckdb\"",
        _damaged,
    ),
    (r"Unknown TimeZone '(?P<zone>[^']*)'", _zone),
    (r"Table with name (?P<table>\S+) does not exist", _no_table),
)
