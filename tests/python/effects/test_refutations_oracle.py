"""Refutations of the real year, recomputed without the project's SQL."""

import hashlib
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY, run_dbt_or_fail
from scipy import stats

from retail_uplift.effects.fast_effects import FastTrial, estimate_effects
from retail_uplift.effects.refutations import (
    PLACEBO_TREATMENT,
    RANDOM_COVARIATE,
    REFUTERS,
    SHUFFLED_OUTCOME,
    SUBSET,
)

pytestmark = pytest.mark.slow

KEYS = ["design", "outcome", "estimand", "refuter"]
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]


@pytest.fixture(scope="module")
def replicates(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql("from evidence.fct_refutation_replicates").df()


@pytest.fixture(scope="module")
def refuted(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql("from evidence.fct_refutations").df().set_index(KEYS)


def test_the_array_estimates_are_those_of_the_sql(
    real: duckdb.DuckDBPyConnection,
) -> None:
    """On the real scores, with the build's own nuisances."""
    scores = real.sql("from intermediate.int_dr_scores").df()
    splits = real.sql("from intermediate.int_effect_splits").df()
    splits = splits[splits["estimator"] == "AIPW"]
    splits = splits.set_index(["design", "outcome", "split_id", "estimand"])
    groups = scores.groupby(["design", "outcome", "split_id"])
    for key, units in groups:
        nothing = np.zeros(len(units), dtype=int)
        trial = FastTrial(
            matrix=np.ones((len(units), 1)),
            treated=units["is_treated"].to_numpy() == 1,
            outcomes=units[["outcome_value"]].to_numpy(),
            folds=nothing,
            campaigns=nothing,
            households=units["household_id"].to_numpy(),
        )
        estimates, errors = estimate_effects(
            trial,
            units["propensity"].to_numpy(),
            units[["mu0"]].to_numpy(),
            units[["mu1"]].to_numpy(),
            VARS["propensity_clip"],
        )
        for row, estimand in enumerate(("ATE", "ATO")):
            built = splits.loc[(*key, estimand)]
            assert built["estimate"] == pytest.approx(estimates[row, 0], rel=1e-9)
            assert built["std_error"] == pytest.approx(errors[row, 0], rel=1e-9)
    assert len(groups) > 0


def test_the_primary_design_is_attacked_by_every_refuter_as_often_as_told(
    replicates: pd.DataFrame,
) -> None:
    profile = VARS["refutation_profile"]
    expected = {
        PLACEBO_TREATMENT: VARS["placebo_replicates"][profile],
        SHUFFLED_OUTCOME: VARS["placebo_replicates"][profile],
        RANDOM_COVARIATE: VARS["random_covariate_replicates"][profile],
        SUBSET: VARS["subset_replicates"][profile],
    }
    assert expected[PLACEBO_TREATMENT] >= 200
    assert min(expected.values()) >= 100
    fitted = replicates[replicates["refuter"].isin(REFUTERS)]
    counts = fitted.groupby(KEYS).size()
    assert set(fitted["design"]) == {VARS["primary_design"]}
    assert len(counts) == len(REFUTERS) * 2
    for (*_, refuter), count in counts.items():
        assert count == expected[refuter] + 1


def test_statistics_are_those_of_numpy(
    replicates: pd.DataFrame, refuted: pd.DataFrame
) -> None:
    """SQL sums terms of 12 decimal places, hence the tolerance."""
    fitted = replicates[replicates["refuter"].isin(REFUTERS)]
    share = VARS["subset_share"]
    assert fitted.groupby(KEYS).ngroups > 0
    for key, rows in fitted.groupby(KEYS):
        row, refuter = refuted.loc[key], key[-1]
        rows = rows.sort_values("replicate_id")
        (actual, *perturbed), (error, *errors) = rows["estimate"], rows["std_error"]
        n, mean, spread = len(perturbed), np.mean(perturbed), np.std(perturbed, ddof=1)
        close = {"rel": 1e-9, "abs": 1e-9}
        assert row["n_replicates"] == n
        assert row["actual_estimate"] == actual
        assert row["replicate_mean"] == pytest.approx(mean, **close)
        assert row["replicate_std_dev"] == pytest.approx(spread, **close)
        quantiles = np.quantile(perturbed, [0.025, 0.975])
        assert row["replicate_lower"] == pytest.approx(quantiles[0], **close)
        assert row["replicate_upper"] == pytest.approx(quantiles[1], **close)
        scores = np.array(perturbed) / errors
        if refuter in (PLACEBO_TREATMENT, SHUFFLED_OUTCOME):
            shift, shift_unit = mean, spread
            ratio, bound = np.std(scores, ddof=1), VARS["max_refutation_spread"]
            as_extreme = np.sum(np.abs(scores) >= abs(actual / error))
            assert row["p_value"] == pytest.approx((1 + as_extreme) / (1 + n))
            limit = stats.norm.ppf(0.975)
            alarms = np.mean(np.abs(scores) > limit)
            assert row["false_alarm_share"] == pytest.approx(alarms)
        else:
            shift, shift_unit = mean - actual, error
            assert pd.isna(row["p_value"])
            assert pd.isna(row["false_alarm_share"])
        if refuter == SUBSET:
            expected = np.sqrt((1 - share) / share) * error
            ratio, bound = spread / expected, VARS["max_refutation_spread"]
            assert row["expected_std_dev"] == pytest.approx(expected, **close)
            same = np.mean(np.sign(perturbed) == np.sign(actual))
            assert row["same_sign_share"] == pytest.approx(same)
        if refuter == RANDOM_COVARIATE:
            ratio, bound = spread / error, VARS["max_refutation_shift"]
        assert row["shift_ratio"] == pytest.approx(shift / shift_unit, **close)
        assert row["spread_ratio"] == pytest.approx(ratio, **close)
        chance = stats.norm.ppf(0.95) * spread / shift_unit / np.sqrt(n)
        # The limits themselves use 1.645.
        max_shift = VARS["max_refutation_shift"] + chance
        max_spread = bound * (1 + stats.norm.ppf(0.95) / np.sqrt(2 * (n - 1)))
        passed = abs(shift / shift_unit) <= max_shift and ratio <= max_spread
        assert row["is_passed"] == passed


def test_published_estimates_stand_beside_the_fast_ones(
    real: duckdb.DuckDBPyConnection, refuted: pd.DataFrame
) -> None:
    """The fast fits are no other estimator: headlines agree to a standard error."""
    effects = real.sql("from marts.fct_effect_estimates where estimator = 'AIPW'").df()
    effects = effects.set_index(["design", "outcome", "estimand"])
    for key, row in refuted.iterrows():
        effect = effects.loc[key[:3]]
        assert row["published_estimate"] == effect["estimate"]
        assert row["is_headline"] == effect["is_headline"]
        if row["is_headline"]:
            distance = abs(row["actual_estimate"] - effect["estimate"])
            assert distance < effect["std_error"]


def test_placebo_designs_attack_the_design_that_they_are_a_placebo_of(
    real: duckdb.DuckDBPyConnection, replicates: pd.DataFrame, refuted: pd.DataFrame
) -> None:
    """From the splits, without int_placebo_estimates and int_refutation_comparisons."""
    splits = real.sql(
        """
        select effect_splits.*, variant_of
        from intermediate.int_effect_splits as effect_splits
        inner join seeds.designs using (design)
        where role = 'placebo' and estimand in ('ATE', 'ATO') and estimator = 'AIPW'
        """
    ).df()
    effects = real.sql("from marts.fct_effect_estimates where estimator = 'AIPW'").df()
    effects = effects.set_index(["design", "outcome", "estimand"])
    influences = aipw_influences(real)
    groups = splits.groupby(["variant_of", "outcome", "estimand"])
    is_placebo = refuted.index.get_level_values("refuter") == "date-shifted campaign"
    assert is_placebo.sum() == groups.ngroups > 0
    for key, rows in groups:
        row = refuted.loc[(*key, "date-shifted campaign")]
        real_effect = effects.loc[key, "estimate"]
        assert row["actual_estimate"] == real_effect
        shifted = replicates.groupby(KEYS).get_group((*key, "date-shifted campaign"))
        drawn = shifted.loc[shifted["replicate_id"] > 0, "estimate"]
        placebo = rows["estimate"].median()
        squares = rows["std_error"] ** 2 + (rows["estimate"] - placebo) ** 2
        error = np.sqrt(squares.median())
        # The median over splits of bootstraps that centre on each split.
        assert abs(drawn.mean() - placebo) < drawn.std() / 3
        p_value = 2 * stats.norm.sf(abs(placebo) / error)
        assert row["p_value"] == pytest.approx(p_value, abs=1e-6)
        # Both in their own direction, with the error that they share.
        weights = {
            rows["design"].iloc[0]: np.sign(placebo),
            key[0]: -np.sign(real_effect),
        }
        gap = abs(placebo) - abs(real_effect)
        error = error_of_difference(influences, weights, key[2], gap)
        as_large = 2 * stats.norm.sf(-gap / error) if gap < 0 else 1
        assert row["as_large_p_value"] == pytest.approx(as_large, abs=1e-6)
        level = VARS["refutation_level"]
        told = p_value < level or as_large < level
        assert pd.isna(row["is_passed"]) != told
        if told:
            assert bool(row["is_passed"]) == (p_value >= level)


# --- differences between designs ------------------------------------------------------


def aipw_influences(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the influences on sales of all designs."""
    return real.sql(
        "from intermediate.int_effect_influences where outcome = 'purchase_amount' "
        "and estimator = 'AIPW' and estimand in ('ATE', 'ATO')"
    ).df()


def error_of_difference(
    influences: pd.DataFrame, weights: dict[str, float], estimand: str, centre: float
) -> float:
    """Return the error of a weighted sum of the estimates of designs, over splits.

    One matrix of households by designs, in which who is in one design only has 0.
    """
    rows = influences[
        influences["design"].isin(list(weights)) & (influences["estimand"] == estimand)
    ]
    squares = []
    for _, split in rows.groupby("split_id"):
        groups = split.groupby("design")
        scaled = split["influence"] / groups["influence"].transform("size")
        matrix = (
            scaled.groupby([split["household_id"], split["design"]]).sum().unstack()
        )
        errors = matrix.fillna(0) @ pd.Series(weights)
        n = len(errors)
        total = (groups["estimate"].first() * pd.Series(weights)).sum()
        squares.append((errors**2).sum() * n / (n - 1) + (total - centre) ** 2)
    return float(np.sqrt(np.median(squares)))


def test_changes_of_variants_have_the_error_of_the_difference(
    real: duckdb.DuckDBPyConnection,
) -> None:
    built = real.sql("from evidence.fct_design_sensitivity").df()
    influences = aipw_influences(real)
    as_designed = built[built["variant"] == built["design"]]
    own = as_designed.set_index(["design", "estimand"])["estimate"]
    variants = built[built["variant"] != built["design"]]
    assert len(variants) > 20
    for row in variants.itertuples():
        change = row.estimate - own[row.design, row.estimand]
        assert row.change == pytest.approx(change, rel=1e-9)
        weights = {row.variant: 1.0, row.design: -1.0}
        error = error_of_difference(influences, weights, row.estimand, change)
        assert row.change_std_error == pytest.approx(error, rel=1e-9)
        p_value = 2 * stats.norm.sf(abs(change / error))
        assert row.change_p_value == pytest.approx(p_value, abs=1e-6)
    # Most households are in both: without them the errors would add up to more.
    own_errors = as_designed.set_index(["design", "estimand"])["std_error"]
    keys = pd.MultiIndex.from_frame(variants[["design", "estimand"]])
    apart = np.hypot(variants["std_error"].to_numpy(), own_errors[keys].to_numpy())
    assert (variants["change_std_error"].to_numpy() < apart).all()


# --- bootstraps of placebo designs ----------------------------------------------------


BOOTSTRAP_MODELS = (
    "int_placebo_influences",
    "int_bootstrap_weights",
    "int_placebo_bootstraps",
)


@pytest.fixture(scope="module")
def bootstrap_sql(scratch_folder: Path) -> dict[str, str]:
    """Return the compiled SQL of each model, in the order of the lineage."""
    folder = scratch_folder / "bootstraps"
    folder.mkdir()
    run_dbt_or_fail(
        ["compile", "--select", *BOOTSTRAP_MODELS], folder / "retail_uplift.duckdb"
    )
    return {
        model: next(folder.glob(f"target/compiled/**/{model}.sql")).read_text("utf-8")
        for model in BOOTSTRAP_MODELS
    }


def bootstraps(sql: dict[str, str], influences: pd.DataFrame) -> pd.DataFrame:
    """Run the models on influences, all of which are a placebo design's."""
    placebos = influences[["design", "outcome", "estimand"]].drop_duplicates()
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as retail_uplift")
        connection.execute("create schema retail_uplift.intermediate")
        for table, frame in (
            ("int_effect_influences", influences),
            ("int_placebo_estimates", placebos),
        ):
            connection.register("rows", frame)
            connection.execute(
                f"create table retail_uplift.intermediate.{table} as from rows"
            )
        for model, query in sql.items():
            connection.execute(
                f"create table retail_uplift.intermediate.{model} as {query}"
            )
        return connection.sql(
            "from retail_uplift.intermediate.int_placebo_bootstraps"
        ).df()


def weight(household: int, replicate: int) -> int:
    """Return how often a household is drawn: a Poisson quantile of its hash."""
    text = f"{VARS['fold_salt']}_bootstrap_{replicate}|{household}"
    bucket = int(hashlib.md5(text.encode()).hexdigest()[:15], 16) % 1_000_000
    return min(6, int(stats.poisson.ppf(max(bucket / 1e6, 1e-12), 1)))


def test_bootstraps_draw_whole_households(bootstrap_sql: dict[str, str]) -> None:
    rng = np.random.default_rng(1)
    n_households = 50
    units = pd.DataFrame(
        {
            "design": "placebo",
            "outcome": "amount",
            "estimand": "ATO",
            "estimator": "AIPW",
            # One to three units of each household.
            "household_id": np.repeat(np.arange(n_households), [1, 2, 3, 2, 2] * 10),
        }
    )
    units["campaign_id"] = np.arange(len(units))
    frames = [
        units.assign(
            split_id=split,
            estimate=10.0 + split,
            influence=rng.normal(loc=3.0, size=len(units)),
        )
        for split in (1, 2, 3)
    ]
    built = bootstraps(bootstrap_sql, pd.concat(frames, ignore_index=True))
    assert len(built) == VARS["bootstrap_replicates"][VARS["refutation_profile"]] >= 200
    for replicate, estimate in built[["replicate_id", "estimate"]].to_numpy()[:40]:
        estimates = []
        for frame in frames:
            weights = [weight(h, int(replicate)) for h in frame["household_id"]]
            mean = np.average(frame["influence"], weights=weights)
            estimates.append(
                frame["estimate"].iloc[0] + mean - frame["influence"].mean()
            )
        assert estimate == pytest.approx(np.median(estimates), rel=1e-9)


def test_bootstraps_spread_as_the_standard_errors_of_the_real_year_say(
    real: duckdb.DuckDBPyConnection, bootstrap_sql: dict[str, str]
) -> None:
    """A standard deviation of 200 is known to 5 %; three splits leave a little more.

    Where arms do not overlap, splits disagree, which the error says and no draw of
    households does.
    """
    influences = real.sql(
        """
        from intermediate.int_effect_influences
        where estimand in ('ATE', 'ATO') and estimator = 'AIPW'
            and (design, outcome) in (
                select design, outcome from evidence.fct_refutations
            )
        """
    ).df()
    effects = real.sql(
        "from intermediate.int_effect_medians where is_main_design "
        "and estimator = 'AIPW' and not is_extrapolated"
    ).df()
    keys = ["design", "outcome", "estimand"]
    effects = effects.set_index(keys)
    built = bootstraps(bootstrap_sql, influences).groupby(keys)["estimate"]
    compared = [(key, estimates) for key, estimates in built if key in effects.index]
    assert compared
    for key, estimates in compared:
        effect = effects.loc[key]
        error = effect["std_error"]
        assert abs(estimates.mean() - effect["estimate"]) < 0.25 * error
        assert estimates.std() == pytest.approx(error, rel=0.2)
