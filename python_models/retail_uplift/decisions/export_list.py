"""Exports the campaign list: ``python -m retail_uplift.decisions.export_list --help``.

Two tables, each as CSV and parquet. ``<name>_contacts`` is for the mail house: the
households to contact, by key and by the id that their owner writes, and nothing else
about them. ``<name>_analyst`` is for the analyst: every household with its decision,
probability and reason. Without ``--campaign`` they are the list of the last good build,
a proposal; with it, what was assigned for that campaign.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from retail_uplift.exports import (
    UNFINISHED,
    check_finished,
    open_build,
    tables_of,
    write_rows,
)

PROPOSAL = "marts.fct_campaign_list"
HISTORY = "history.campaign_assignments"
# Decisions that contact a household.
SENT = ("send", "send as before", "explore")


def export_list(
    warehouse: Path, folder: Path, campaign_id: int | None = None
) -> dict[str, int]:
    """Write the households to contact, and all households with their decisions.

    Each file appears under its name when it is complete.

    Parameters
    ----------
    warehouse : Path
        The published file, or a build file; opened read-only.
    folder : Path
        Made if it is missing; files of the same names are replaced.
    campaign_id : int, optional
        A campaign of the history of assignments; the list of the last build if None.

    Returns
    -------
    dict of str to int
        Number of households by decision.

    Raises
    ------
    FileNotFoundError
        If there is no such warehouse.
    ValueError
        If the last build did not finish, the warehouse has no list, or the campaign was
        never assigned.
    """
    with open_build(warehouse) as connection:
        source, name = _source(connection, campaign_id)
        rows = connection.sql(f"select * from {source} order by household_id")
        contacts = rows.filter(f"decision in {SENT}")
        folder.mkdir(parents=True, exist_ok=True)
        # Assignments of an older version do not name the owner's id.
        source_id = (
            "coalesce(source_household_id, cast(household_id as varchar))"
            if "source_household_id" in rows.columns
            else "cast(household_id as varchar)"
        )
        write_rows(
            contacts.project(f"household_id, {source_id} as source_household_id"),
            folder / f"{name}_contacts",
        )
        write_rows(rows, folder / f"{name}_analyst")
        return dict(
            connection.sql(
                f"select decision, count(*) from {source} group by all order by all"
            ).fetchall()
        )


def _source(
    connection: duckdb.DuckDBPyConnection, campaign_id: int | None
) -> tuple[str, str]:
    """Return the table to export, as SQL, and what its files are called."""
    tables = tables_of(connection)
    if campaign_id is None:
        check_finished(connection, tables)
        if PROPOSAL not in tables:
            raise ValueError(f"the warehouse has no {PROPOSAL}: run `make build` first")
        return PROPOSAL, "campaign_list"
    assigned = f"{HISTORY} where campaign_id = {campaign_id}"
    if UNFINISHED in tables:
        assigned += f" and invocation_id not in (select * from {UNFINISHED})"
    if HISTORY not in tables or not connection.sql(f"from {assigned}").fetchone():
        raise ValueError(
            f"campaign {campaign_id} was never assigned: "
            f"`dbt build --vars '{{assign_campaign: {campaign_id}}}'` assigns it"
        )
    return f"(from {assigned})", f"campaign_{campaign_id}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 after an error of the caller."""
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.decisions.export_list",
        description="Write the campaign list for mail house and analyst.",
    )
    parser.add_argument("warehouse", type=Path, help="published or build file")
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument(
        "--campaign", type=int, help="a campaign that was assigned (default: proposal)"
    )
    given = parser.parse_args(arguments)
    try:
        counts = export_list(given.warehouse, given.folder, given.campaign)
    except (FileNotFoundError, ValueError) as error:
        print(f"export_list: {error}", file=sys.stderr)
        return 2
    n_contacts = sum(counts.get(decision, 0) for decision in SENT)
    print(f"{n_contacts} households to contact, written to {given.folder}")
    for decision, n_households in counts.items():
        print(f"{n_households:>8}  {decision}")
    if given.campaign is None:
        print(
            "A proposal: nothing is kept of it. "
            "`dbt build --vars '{assign_campaign: ID}'` assigns it to a campaign."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
