"""Search settings of the effect learners: ``python -m retail_uplift.auditing.tuning``.

Run it in the project's folder after a build. Causal forests and boosted effects are
fitted with settings drawn from a grid and judged by their R-loss on households that
neither they nor the nuisances of the loss have seen, in household folds of the search's
own. The settings of the build stay unless others are better by more than a standard
error. The result is a file of dbt vars for the next build; no build reads it by itself.

One search chooses for all folds of the next build, so that build's losses of tuned
learners are a little too good: the search has seen its outcomes.
"""

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import yaml
from sklearn.model_selection import ParameterSampler

from retail_uplift.auditing.audit import AuditError, Dbt
from retail_uplift.auditing.store import open_warehouse, read_covariates, read_vars
from retail_uplift.effects.causal_forest import cross_fit_causal_forest
from retail_uplift.effects.effect_learners import LearnerSettings, cross_fit_learners
from retail_uplift.effects.nuisance import cross_fit_outcomes, cross_fit_propensity
from retail_uplift.frames import FIT_UNIT, UNIT_KEYS
from retail_uplift.progress import progress_on_stderr

FOREST_MODEL, LEARNERS_MODEL = "py_causal_forest", "py_cate_learners"

# By dbt var. Honesty is no setting: intervals need it.
FOREST_GRID: dict[str, tuple[Any, ...]] = {
    "forest_min_leaf": (5, 10, 20, 40, 80),
    "forest_max_depth": (None, 2, 4, 8),
    "forest_trees": (100, 200, 400),
    "forest_covariate_share": (0.25, 0.5, 1.0),
}
BOOSTING_GRID: dict[str, tuple[Any, ...]] = {
    "effect_learning_rate": (0.02, 0.05, 0.1),
    "effect_max_iter": (20, 40, 80, 160),
    "effect_max_leaf_nodes": (2, 4, 6, 12),
}

Vars = dict[str, Any]
Predict = Callable[[Vars], pd.DataFrame]


@dataclass(frozen=True)
class Trials:
    """What settings are judged on.

    Attributes
    ----------
    units : DataFrame
        As `int_cate_units`.
    folds : DataFrame
        `household_id`, `split_id`, `fold` of the search's own.
    residuals : DataFrame
        `design`, `campaign_id`, `household_id`, `outcome_residual`,
        `treatment_residual`: out of fold.
    covariates : list of str
    outcome : str
    """

    units: pd.DataFrame
    folds: pd.DataFrame
    residuals: pd.DataFrame
    covariates: list[str]
    outcome: str


def deal_folds(households: np.ndarray, n_folds: int, seed: int) -> pd.DataFrame:
    """Deal households into folds of equal size by chance.

    Parameters
    ----------
    households : ndarray
        With or without repetitions.
    n_folds : int
    seed : int

    Returns
    -------
    DataFrame
        `household_id`, `split_id` (1), `fold` (1 .. n_folds).
    """
    ids = np.unique(households)
    order = np.random.default_rng(seed).permutation(len(ids))
    return pd.DataFrame(
        {"household_id": ids, "split_id": 1, "fold": order % n_folds + 1}
    )


def make_trials(
    units: pd.DataFrame,
    *,
    covariates: Sequence[str],
    outcome: str,
    n_folds: int,
    seed: int,
    clip: float,
) -> Trials:
    """Fit the nuisances of the loss, each the learner of least held-out loss.

    Parameters
    ----------
    units : DataFrame
        As `int_cate_units`; units that fits may not learn from are left out.
    covariates : sequence of str
    outcome : str
    n_folds, seed : int
    clip : float
        Bound of the propensity at either end.
    """
    units = units[units[FIT_UNIT]].reset_index(drop=True)
    folds = deal_folds(units["household_id"].to_numpy(), n_folds, seed)
    shared = {"covariates": list(covariates), "seed": seed}
    keys = list(UNIT_KEYS)
    observed = units[[*keys, "is_treated", outcome]]
    propensities = cross_fit_propensity(units, folds, **shared).merge(observed, on=keys)
    t, e = propensities["is_treated"], propensities["propensity"]
    propensities["loss"] = -np.log(np.where(t == 1, e, 1 - e))
    means = cross_fit_outcomes(units, folds, outcomes=[outcome], **shared)
    means = means.merge(observed, on=keys)
    mean = np.where(means["is_treated"] == 1, means["mu1"], means["mu0"])
    means["loss"] = (means[outcome] - mean) ** 2
    both = _of_best_learner(propensities).merge(
        _of_best_learner(means)[[*keys, "mu0", "mu1"]], on=keys
    )
    e = both["propensity"].clip(clip, 1 - clip)
    both["treatment_residual"] = both["is_treated"] - e
    both["outcome_residual"] = both[outcome] - e * both["mu1"] - (1 - e) * both["mu0"]
    return Trials(
        units=units,
        folds=folds,
        residuals=both[[*keys, "outcome_residual", "treatment_residual"]],
        covariates=list(covariates),
        outcome=outcome,
    )


def _of_best_learner(predictions: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of each design's learner of least mean loss."""
    losses = predictions.groupby(["design", "learner"])["loss"].mean().reset_index()
    best = losses.loc[losses.groupby("design")["loss"].idxmin(), ["design", "learner"]]
    return predictions.merge(best, on=["design", "learner"])


def r_losses(trials: Trials, effects: pd.DataFrame) -> pd.DataFrame:
    """Return the R-loss of each unit's predicted effect.

    Parameters
    ----------
    trials : Trials
    effects : DataFrame
        `design`, `campaign_id`, `household_id`, `cate`.

    Returns
    -------
    DataFrame
        The keys and `loss`, in the order of the keys.
    """
    keys = list(UNIT_KEYS)
    rows = trials.residuals.merge(effects[[*keys, "cate"]], on=keys)
    if len(rows) != len(trials.residuals):
        raise ValueError("Some units have no predicted effect.")
    residual = rows["outcome_residual"] - rows["treatment_residual"] * rows["cate"]
    rows = rows[keys].assign(loss=residual**2)
    return rows.sort_values(keys, ignore_index=True)


def relative_gain(
    losses: pd.DataFrame, base_losses: pd.DataFrame
) -> tuple[float, float]:
    """Compare settings with those of the build, household by household.

    Parameters
    ----------
    losses, base_losses : DataFrame
        As `r_losses` returns them.

    Returns
    -------
    gain : float
        Mean of (base loss less loss) over the mean base loss of the design; above 0 is
        better.
    std_error : float
        Clustered by household.
    """
    scale = base_losses.groupby("design")["loss"].transform("mean")
    gains = (base_losses["loss"] - losses["loss"]) / scale
    influences = (gains - gains.mean()).groupby(losses["household_id"]).sum()
    n_households = len(influences)
    error = math.sqrt((influences**2).sum() * n_households / (n_households - 1))
    return float(gains.mean()), error / len(gains)


def draw_candidates(
    grid: dict[str, tuple[Any, ...]], current: Vars, n_candidates: int, seed: int
) -> list[Vars]:
    """Draw settings from a grid, without repetition and without the current ones.

    Parameters
    ----------
    grid : dict of tuple
        Values by var.
    current : dict
        Settings of the build by var.
    n_candidates : int
        Fewer are returned if the grid has no more.
    seed : int
    """
    size = math.prod(len(values) for values in grid.values())
    drawn = ParameterSampler(
        grid, min(n_candidates + 1, size), random_state=np.random.RandomState(seed)
    )
    candidates = [{name: values[name] for name in grid} for values in drawn]
    return [c for c in candidates if c != current][:n_candidates]


def search(
    trials: Trials,
    predict: Predict,
    current: Vars,
    candidates: Sequence[Vars],
    count_up: Callable[[], object],
) -> tuple[Vars, list[dict[str, Any]]]:
    """Judge settings by held-out R-loss.

    Parameters
    ----------
    trials : Trials
    predict : callable
        Takes settings, returns out-of-fold effects on the folds of the trials.
    current : dict
        Settings of the build by var.
    candidates : sequence of dict
        Other settings.
    count_up : callable
        Called after each of them.

    Returns
    -------
    dict
        The settings of least loss if they gain more than a standard error on the
        current ones, else the current ones.
    list of dict
        Settings, `gain` and `std_error` of the current settings and each candidate.
    """
    base_losses = r_losses(trials, predict(current))
    count_up()
    results = [current | {"gain": 0.0, "std_error": 0.0}]
    for candidate in candidates:
        losses = r_losses(trials, predict(candidate))
        gain, error = relative_gain(losses, base_losses)
        results.append(candidate | {"gain": gain, "std_error": error})
        count_up()
    best = max(results, key=lambda result: result["gain"])
    chosen = best if best["gain"] > best["std_error"] else results[0]
    return {name: chosen[name] for name in current}, results


def _said(settings: Vars) -> str:
    """Return settings as words."""
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def forest_predictor(trials: Trials, meta: dict[str, Any], n_jobs: int) -> Predict:
    """Return what fits causal forests with given vars on the trials."""

    def predict(settings: Vars) -> pd.DataFrame:
        return cross_fit_causal_forest(
            trials.units,
            trials.folds,
            covariates=trials.covariates,
            outcomes=[trials.outcome],
            seed=int(meta["seed"]),
            n_estimators=settings["forest_trees"],
            min_samples_leaf=settings["forest_min_leaf"],
            max_depth=settings["forest_max_depth"],
            max_features=settings["forest_covariate_share"],
            n_jobs=n_jobs,
        )

    return predict


def boosting_predictor(trials: Trials, meta: dict[str, Any], n_jobs: int) -> Predict:
    """Return what fits R-learners, whose loss this is, with given vars."""

    def predict(settings: Vars) -> pd.DataFrame:
        return cross_fit_learners(
            trials.units,
            trials.folds,
            covariates=trials.covariates,
            outcomes=[trials.outcome],
            settings=LearnerSettings(
                seed=int(meta["seed"]),
                learning_rate=settings["effect_learning_rate"],
                max_iter=settings["effect_max_iter"],
                max_leaf_nodes=settings["effect_max_leaf_nodes"],
            ),
            learners=["r_learner"],
            n_jobs=n_jobs,
        )

    return predict


def write_vars(path: Path, settings: Vars, notes: Sequence[str]) -> None:
    """Write a file that `dbt build --vars "$(cat file)"` takes.

    Parameters
    ----------
    path : Path
    settings : dict
        dbt vars.
    notes : sequence of str
        Written above them as comments.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    comments = "".join(f"# {note}\n" for note in notes)
    # On Windows, too, lines end as everywhere.
    path.write_text(
        comments + yaml.safe_dump(settings, sort_keys=False),
        encoding="utf-8",
        newline="\n",
    )


# --- command line ---------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 2 after an argument error, else 1 or 130."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except AuditError as error:
        print(f"tune: {error}", file=sys.stderr)
        return error.code
    except (ValueError, duckdb.Error) as error:
        print(f"tune: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ntune: interrupted; nothing was written", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m retail_uplift.auditing.tuning",
        description="Search settings of forest and boosted effects by their R-loss on "
        "held-out households, and write them as dbt vars.",
    )
    add = parser.add_argument
    add(
        "--candidates",
        type=int,
        default=12,
        help="settings drawn for the forest and for the boosting, each (default: 12)",
    )
    add("--folds", type=int, default=5, help="household folds (default: 5)")
    add("--designs", nargs="+", help="study designs (default: var cate_designs)")
    add(
        "--processes", type=int, help="default: var fit_processes; no effect on results"
    )
    add("--seed", type=int, default=42, help="(default: 42)")
    add(
        "--warehouse",
        type=Path,
        default=os.environ.get(
            "RETAIL_UPLIFT_WAREHOUSE", "warehouse/retail_uplift.duckdb"
        ),
        help="(default: RETAIL_UPLIFT_WAREHOUSE or warehouse/retail_uplift.duckdb)",
    )
    add(
        "--output",
        type=Path,
        help="(default: tuned_vars.yml beside the warehouse)",
    )
    return parser


def _run(options: argparse.Namespace) -> None:
    """Search, and write the vars."""
    if options.candidates < 1 or options.folds < 2:
        raise AuditError("at least 1 candidate and 2 folds are needed", code=2)
    warehouse = Path(options.warehouse)
    if not Path("dbt_project.yml").is_file():
        raise AuditError("no dbt_project.yml here: run it in the project's folder")
    if not warehouse.is_file():
        raise AuditError(f"no warehouse {warehouse}: run `dbt build` first")
    overridden = read_vars(warehouse)
    dbt = Dbt(warehouse, overridden)
    dbt.run("parse")
    manifest = json.loads((dbt.target / "manifest.json").read_text(encoding="utf-8"))
    meta = {
        node["name"]: node["config"]["meta"]
        for node in manifest["nodes"].values()
        if node["name"] in (FOREST_MODEL, LEARNERS_MODEL)
    }
    forest, boosting = meta[FOREST_MODEL], meta[LEARNERS_MODEL]
    units = _read_units(warehouse, options.designs)
    with open_warehouse(warehouse, read_only=True) as connection:
        covariates = read_covariates(connection)
    processes = options.processes or int(forest["n_jobs"])
    print(f"tune: nuisances of {len(units)} units", file=sys.stderr)
    trials = make_trials(
        units,
        covariates=covariates,
        outcome=boosting["outcomes"][0],
        n_folds=options.folds,
        seed=options.seed,
        clip=float(boosting["min_propensity"]),
    )
    current_forest = {
        "forest_min_leaf": int(forest["min_samples_leaf"]),
        "forest_max_depth": forest["max_depth"],
        "forest_trees": int(forest["n_estimators"]),
        "forest_covariate_share": float(forest["max_features"]),
    }
    current_boosting = {
        "effect_learning_rate": float(boosting["learning_rate"]),
        "effect_max_iter": int(boosting["max_iter"]),
        "effect_max_leaf_nodes": int(boosting["max_leaf_nodes"]),
    }
    searches = [
        (
            predictor,
            current,
            draw_candidates(grid, current, options.candidates, options.seed),
        )
        for predictor, current, grid in (
            (forest_predictor(trials, forest, processes), current_forest, FOREST_GRID),
            (
                boosting_predictor(trials, boosting, processes),
                current_boosting,
                BOOSTING_GRID,
            ),
        )
    ]
    n_fits = sum(1 + len(candidates) for _, _, candidates in searches)
    show, counter = progress_on_stderr("setting"), count(1)
    tuned: Vars = {}
    notes = ["Held-out R-loss against the settings of the build, above 0 = better:"]
    for predict, current, candidates in searches:
        chosen, results = search(
            trials, predict, current, candidates, lambda: show(next(counter), n_fits)
        )
        tuned |= chosen
        notes += [
            f"{_said({name: result[name] for name in current})}: "
            f"{result['gain']:+.2%} +- {result['std_error']:.2%}"
            f"{' (chosen)' if chosen.items() <= result.items() else ''}"
            for result in results
        ]
    output = options.output or warehouse.parent / "tuned_vars.yml"
    # With the vars of the build that was searched: its edition, say.
    write_vars(output, overridden | tuned, notes)
    print(f'tune: dbt build --vars "$(cat {output})" takes these settings:')
    print(yaml.safe_dump(tuned, sort_keys=False), end="")


def _read_units(warehouse: Path, designs: Sequence[str] | None) -> pd.DataFrame:
    """Read the units of the last build whose effects are predicted."""
    with open_warehouse(warehouse, read_only=True) as connection:
        units = connection.execute("from intermediate.int_cate_units").df()
    known = sorted(units["design"].unique())
    unknown = sorted(set(designs or known) - set(known))
    if unknown:
        raise AuditError(
            f"the build has no effects of design {', '.join(unknown)}; "
            f"it has {', '.join(known)}",
            code=2,
        )
    return units[units["design"].isin(designs or known)].reset_index(drop=True)


if __name__ == "__main__":
    sys.exit(main())
