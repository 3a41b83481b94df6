"""What effects cost: at 200,000 units, and with more splits or refutations.

`make large-effects` draws households of the last build again, each covariate a little
moved, and runs the project's own models on them: one split and one process, so that the
memory is that of all. It writes `benchmarks/large_effects.csv`.

`make effect-settings` runs all that stands on the trials' units again in a copy of the
last build, once per setting: some 1,350 seconds of processor time. It writes
`benchmarks/effect_settings.csv`.

`make forest-settings` plants effects on the households of the last build and grades
forests of several sizes. It writes `benchmarks/forest_settings.csv`.
"""

import argparse
import csv
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from bench import ROOT, MeasurementError, run_dbt, say, write_csv
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_predict

from retail_uplift.effects.causal_forest import cross_fit_causal_forest
from retail_uplift.effects.nuisance import BOOSTING

LARGE = ROOT / "benchmarks" / "large_effects.csv"
SETTINGS = ROOT / "benchmarks" / "effect_settings.csv"
FORESTS = ROOT / "benchmarks" / "forest_settings.csv"
N_UNITS = 200_000
DESIGN = "first_type_a"
COVARIATES = ROOT / "seeds" / "effects" / "covariates.csv"
VARS = {"n_splits": 1, "fit_processes": 1}
# In the order of the build. Agreement and losses need all learners, ranks are the rest.
MODELS = (
    "int_cate_units",
    "py_causal_forest",
    "py_cate_learners",
    "int_learner_effects",
    "py_stack_weights",
    "int_cate_predictions",
    "int_cate_losses",
    "int_cate_ranks",
    "int_cate_groups",
    "int_toc_draws",
    "int_toc_steps",
    "fct_learner_agreement",
)
# Vars of each setting; the default comes first.
SETTING_VARS: dict[str, dict[str, Any]] = {
    "default": {},
    "one split": {"n_splits": 1},
    "ten splits": {"n_splits": 10},
    "thorough refutations": {"refutation_profile": "thorough"},
}
# Trees, and the share of the covariates that a split may use; the default comes second.
FOREST_SIZES = ((200, 1.0), (200, 0.5), (100, 0.5))
N_PLANTS = 4  # of treatment, for each kind of effect


def covariates() -> list[str]:
    """Return the columns that effects are fitted on."""
    with COVARIATES.open(encoding="utf-8", newline="") as file:
        return [row["covariate"] for row in csv.DictReader(file)]


def draw_units(real: Path, warehouse: Path) -> None:
    """Write a warehouse with what the effects read, of households drawn again.

    Parameters
    ----------
    real : Path
        A finished warehouse.
    warehouse : Path
        A new file.

    Raises
    ------
    MeasurementError
        If there is no finished warehouse.
    """
    # Each drawn unit keeps arm, outcome and score, so that effects stay as they are.
    moved = ", ".join(f"{name} * factor as {name}" for name in covariates())
    try:
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"attach '{real}' as real (read_only)")
            for schema in ("intermediate", "seeds"):
                connection.execute(f"create schema {schema}")
            connection.execute(
                "create table seeds.cate_learners as from real.seeds.cate_learners"
            )
            connection.execute("select setseed(0.42)")
            connection.execute(
                f"""
                create table units as
                select
                    row_number() over (order by household_id, campaign_id) - 1 as place,
                    *
                from real.intermediate.int_estimation_units
                where design = '{DESIGN}'
                """
            )
            connection.execute(
                f"""
                create table drawn as
                select
                    n as new_household,
                    cast(floor(random() * (select count(*) from units)) as bigint)
                        as place,
                    exp(0.05 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))
                        as factor
                from range(1, {N_UNITS + 1}) as numbers(n)
                """
            )
            connection.execute(
                f"""
                create table intermediate.int_estimation_units as
                select units.* exclude (place) replace (
                    new_household as household_id, {moved}
                )
                from drawn inner join units using (place)
                """
            )
            connection.execute(
                """
                create table intermediate.int_folds as
                select
                    new_household as household_id,
                    1 as split_id,
                    new_household % 5 + 1 as fold
                from drawn
                """
            )
            connection.execute(
                """
                create table intermediate.int_dr_scores as
                select scores.* replace (
                    new_household as household_id, new_household % 5 + 1 as fold
                )
                from drawn
                inner join units using (place)
                inner join real.intermediate.int_dr_scores as scores
                    using (design, campaign_id, household_id)
                where scores.split_id = 1 and scores.outcome = 'purchase_amount'
                """
            )
    except duckdb.Error as error:
        raise MeasurementError(f"no finished warehouse {real}: {error}") from error


def children_seconds() -> float:
    """Return the processor seconds of all finished commands.

    They hardly depend on what else the machine does, which wall seconds do.
    """
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def time_settings(real: Path, folder: Path) -> list[dict[str, Any]]:
    """Run what stands on the trials' units with each setting; return what that took.

    Parameters
    ----------
    real : Path
        A finished warehouse; it is copied.
    folder : Path
        An empty folder.

    Returns
    -------
    list of dict
        Per setting: processor seconds of all models without tests, dbt's start
        included; the headline effect of DESIGN on sales and its standard error, both in
        dollars.

    Raises
    ------
    MeasurementError
        If there is no finished warehouse, or dbt fails.
    """
    warehouse = folder / "retail_uplift.duckdb"
    try:
        shutil.copyfile(real, warehouse)
    except FileNotFoundError as error:
        raise MeasurementError(f"no finished warehouse: {error}") from error
    rows = []
    for number, (setting, values) in enumerate(SETTING_VARS.items(), start=1):
        say(f"setting {number} of {len(SETTING_VARS)}: {setting}")
        before = children_seconds()
        run_dbt(
            folder,
            (
                *("run", "--select", "int_estimation_units+", "int_folds+"),
                *("--exclude", "run_manifest", "--vars", json.dumps(values)),
            ),
        )
        cpu_seconds = children_seconds() - before
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            headline = connection.execute(
                """
                select estimate, std_error
                from marts.fct_effect_estimates
                where design = ? and outcome = 'purchase_amount' and is_headline
                """,
                [DESIGN],
            ).fetchone()
        rows.append(
            {
                "setting": setting,
                "cpu_seconds": round(cpu_seconds),
                "effect": round(headline[0], 2),
                "std_error": round(headline[1], 2),
            }
        )
    return rows


def planted_effects(ranks: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield kinds of effect, in dollars, of households with given covariate ranks."""
    yield "constant", pd.Series(28.0, index=ranks.index)
    yield "step", 60.0 * (ranks["monetary_sales"] > 0.7) - 10
    yield "slopes", 80 * (ranks["frequency"] - ranks["n_products"]) + 10
    yield "strong", 300 * (ranks["recency"] - 0.3)


def grade_forests(real: Path) -> list[dict[str, Any]]:
    """Fit forests of several sizes to planted effects; return their errors.

    Who is sent the campaign is drawn anew from the propensities of the last build's
    units, so the effect of that draw is the planted one and nothing else.

    Parameters
    ----------
    real : Path
        A finished warehouse.

    Returns
    -------
    list of dict
        Per kind of effect and forest: root mean squared error in dollars, rank
        correlation with the truth (None where all effects are the same) and processor
        seconds, each the mean over draws.

    Raises
    ------
    MeasurementError
        If there is no finished warehouse.
    """
    try:
        connection = duckdb.connect(str(real), read_only=True)
    except duckdb.IOException as error:
        raise MeasurementError(f"no finished warehouse: {error}") from error
    with connection:
        units = connection.sql(
            "from intermediate.int_cate_units where design = 'campaign_trials' "
            "order by campaign_id, household_id"
        ).df()
        folds = connection.sql(
            "from intermediate.int_folds where split_id = 1 order by all"
        ).df()
    names = [name for name in covariates() if name in units]
    model = HistGradientBoostingClassifier(**BOOSTING, random_state=42)
    x, sent = units[names].to_numpy(), units["is_treated"].astype(int)
    propensities = cross_val_predict(model, x, sent, method="predict_proba")[:, 1]
    rows = []
    for kind, effect in planted_effects(units[names].rank(pct=True)):
        for n_trees, share in FOREST_SIZES:
            say(f"{kind} effects, {n_trees} trees, {share:.0%} of the covariates")
            grades = []
            for seed in range(N_PLANTS):
                draw = np.random.default_rng(seed).random(len(units))
                planted = units.assign(is_treated=draw < propensities.clip(0.1, 0.9))
                planted["purchase_amount"] += effect * planted["is_treated"]
                started = time.process_time()
                found = cross_fit_causal_forest(
                    planted,
                    folds,
                    covariates=names,
                    outcomes=["purchase_amount"],
                    seed=seed,
                    n_estimators=n_trees,
                    min_samples_leaf=10,
                    max_features=share,
                )["cate"]
                seconds = time.process_time() - started
                error = float(np.sqrt(((found - effect) ** 2).mean()))
                grades.append((error, found.corr(effect, "spearman"), seconds))
            error, correlation, seconds = np.mean(grades, axis=0)
            rows.append(
                {
                    "effects": kind,
                    "n_trees": n_trees,
                    "covariate_share": share,
                    "rmse": round(error, 1),
                    "rank_correlation": None
                    if np.isnan(correlation)
                    else round(correlation, 2),
                    "cpu_seconds": round(seconds, 1),
                }
            )
    return rows


def time_models(folder: Path) -> list[dict[str, Any]]:
    """Run the models one after the other; return time and peak memory of each.

    A process of its own for each, so that the peak is the model's; some 0.3 GB of it
    and a few seconds of the processor are dbt's.
    """
    rows = []
    for model in MODELS:
        say(f"{model}, {N_UNITS:,} units")
        before = children_seconds()
        run = run_dbt(folder, ("run", "--select", model, "--vars", json.dumps(VARS)))
        cpu_seconds = children_seconds() - before
        rows.append(
            {
                "model": model,
                "n_units": N_UNITS,
                "cpu_seconds": round(cpu_seconds),
                "peak_gb": round(run.peak_gb, 1),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=("large", "settings", "forests"))
    parser.add_argument(
        "--real",
        type=Path,
        default=ROOT / "warehouse" / "retail_uplift.duckdb",
        help="warehouse of the default edition",
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="retail_uplift_") as folder:
        if given.command == "large":
            draw_units(given.real, Path(folder) / "retail_uplift.duckdb")
            write_csv(time_models(Path(folder)), LARGE)
        elif given.command == "forests":
            write_csv(grade_forests(given.real), FORESTS)
        else:
            write_csv(time_settings(given.real, Path(folder)), SETTINGS)


if __name__ == "__main__":
    try:
        main()
    except (MeasurementError, OSError) as error:
        sys.exit(f"effects: {error}")
