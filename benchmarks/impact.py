"""What the impact wing costs at 200,000 households and 23 campaigns.

`make large-impact` copies the households of the last build 81 times, each copy with ids
of its own, runs the wing on them, and writes `benchmarks/large_impact.csv`. Copies
change no mean, so the effects also show what the fits on samples add as errors:
`benchmarks/large_impact_effects.csv`.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from bench import ROOT, MeasurementError, run_dbt, say, write_csv
from node_usage import Usage, read_nodes

MODELS = ROOT / "benchmarks" / "large_impact.csv"
EFFECTS = ROOT / "benchmarks" / "large_impact_effects.csv"
N_COPIES = 81
# Ids of a copy lie above those of all copies before it.
ID_STEP = 1_000_000
# What the wing reads of the others: columns (none = all) of tables whose rows belong to
# a household, and whole tables.
HOUSEHOLD_TABLES: dict[str, tuple[str, ...]] = {
    "staging.stg_campaign_targets": (),
    "staging.stg_coupon_redemptions": (),
    "intermediate.int_purchase_days": (
        *("household_id", "day", "week", "n_baskets", "n_units", "sales_value"),
        *("coupon_discount", "retail_discount"),
    ),
    "intermediate.int_lines": (
        *("household_id", "product_id", "week", "is_item_line", "sales_value"),
        "retail_discount",
    ),
    "intermediate.int_campaign_sales": (),
    "intermediate.int_campaign_coupon_lines": (),
    "intermediate.int_household_demographics": (),
}
WHOLE_TABLES = (
    "staging.stg_campaigns",
    "staging.stg_products",
    "staging.stg_coupons",
    "intermediate.int_calendar",
    "intermediate.int_weeks",
    "intermediate.int_contact_cost",
    "seeds.words",
)
# Of the models that take the most time, so many are listed; the others are one row.
N_LISTED = 20
# Effects that are compared: estimators of the average effect, and fits on samples.
COMPARED = """
    select estimator, scope, outcome, estimate, std_error
    from {database}.evidence.fct_change_effects
    where scope not like 'campaign %' and outcome in ('sales', 'baskets')
    union all
    select model, scope, outcome, estimate, std_error
    from {database}.evidence.fct_change_regressions
    where model like 'stacked%' and outcome = 'sales' and error_type like 'CRV1%'
    union all
    select 'group-time', aggregation, 'sales', estimate, std_error
    from {database}.evidence.fct_group_time_effects
    where aggregation = 'overall'
"""


def copy_households(real: Path, warehouse: Path, n_copies: int) -> None:
    """Write a warehouse with what the wing reads, of households copied many times.

    Parameters
    ----------
    real : Path
        A finished warehouse, `retail_uplift.duckdb`.
    warehouse : Path
        A new file.
    n_copies : int

    Raises
    ------
    MeasurementError
        If there is no finished warehouse.
    """
    try:
        with duckdb.connect() as connection:
            # The views of a warehouse name it.
            connection.execute(f"attach '{real}' as retail_uplift (read_only)")
            connection.execute(f"attach '{warehouse}' as large")
            for schema in ("staging", "intermediate", "seeds"):
                connection.execute(f"create schema large.{schema}")
            for table in WHOLE_TABLES:
                connection.execute(
                    f"create table large.{table} as from retail_uplift.{table}"
                )
            for table, columns in HOUSEHOLD_TABLES.items():
                connection.execute(
                    f"""
                    create or replace temp table rows as
                    select {", ".join(columns) or "*"} from retail_uplift.{table}
                    """
                )
                connection.execute(
                    f"""
                    create table large.{table} as
                    select rows.* replace (
                        rows.household_id + copies.number * {ID_STEP} as household_id
                    )
                    from range({n_copies}) as copies(number) cross join rows
                    """
                )
    except duckdb.Error as error:
        raise MeasurementError(f"no finished warehouse {real}: {error}") from error


def time_wing(folder: Path) -> list[dict[str, Any]]:
    """Run the wing, one model after the other; return time and memory of each.

    Returns
    -------
    list of dict
        `model`, `seconds` and `peak_gb` (of the whole process while the model ran: what
        DuckDB keeps of earlier tables counts), the slowest first; then one row of all
        others and one of the whole wing, dbt's start included.
    """
    with Usage() as usage:
        run = run_dbt(folder, ("run", "--threads", "1", "--select", "group:impact"))
    rows = sorted(
        (
            {
                "model": node.unique_id.split(".")[-1],
                "seconds": round(node.end - node.start, 1),
                "peak_gb": round(usage.between(node.start, node.end)[1], 1),
            }
            for node in read_nodes(folder / "target")
            if node.unique_id.startswith("model.")
        ),
        key=lambda row: (-row["seconds"], row["model"]),
    )
    others = rows[N_LISTED:]
    summary = [
        {
            "model": f"{len(others)} other models",
            "seconds": round(sum(row["seconds"] for row in others), 1),
            "peak_gb": max(row["peak_gb"] for row in others),
        },
        {
            "model": "the wing",
            "seconds": round(run.seconds, 1),
            "peak_gb": round(run.peak_gb, 1),
        },
    ]
    return rows[:N_LISTED] + summary


def compare_effects(real: Path, warehouse: Path, n_copies: int) -> list[dict[str, Any]]:
    """Set effects of the copies beside those of the year that was copied.

    Copies divide a standard error by the root of their number: what is larger was
    fitted on a sample. Doubly robust effects may differ and have smaller
    errors: copies of a household are in several folds, and a fixed penalty weighs less.

    Returns
    -------
    list of dict
        `estimator`, `scope`, `outcome`, `estimate` and `std_error` of the year,
        `large_estimate` and `large_std_error` of the copies, and `expected_std_error`.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{real}' as own (read_only)")
        connection.execute(f"attach '{warehouse}' as large (read_only)")
        rows = connection.execute(
            f"""
            select
                estimator,
                scope,
                outcome,
                round(own.estimate, 4) as estimate,
                round(own.std_error, 4) as std_error,
                round(large.estimate, 4) as large_estimate,
                round(large.std_error, 4) as large_std_error,
                round(own.std_error / sqrt({n_copies}), 4) as expected_std_error
            from ({COMPARED.format(database="own")}) as own
            inner join ({COMPARED.format(database="large")}) as large
                using (estimator, scope, outcome)
            order by estimator, scope, outcome
            """
        )
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--real",
        type=Path,
        default=ROOT / "warehouse" / "retail_uplift.duckdb",
        help="warehouse of the default edition",
    )
    parser.add_argument("--copies", type=int, default=N_COPIES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="retail_uplift_") as folder:
        warehouse = Path(folder) / "retail_uplift.duckdb"
        say(f"copying the households {given.copies} times")
        copy_households(given.real, warehouse, given.copies)
        say("running the wing")
        write_csv(time_wing(Path(folder)), MODELS)
        write_csv(compare_effects(given.real, warehouse, given.copies), EFFECTS)


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, OSError) as error:
        sys.exit(f"impact: {error}")
