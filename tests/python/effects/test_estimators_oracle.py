"""Comparisons, TMLE and trimming of the real year against statsmodels and numpy.

Formulas that SQL evaluates are recomputed from the same nuisances and must agree to
EXACT. What needs the extra `oracles` stands in test_doubleml_oracle.py and
test_lalonde.py.
"""

import warnings

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from dbt_runner import REPOSITORY
from scipy.optimize import brentq
from scipy.special import expit, logit
from shared import estimators_without_a_draw
from statsmodels.stats.multitest import multipletests
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

EXACT = {"rtol": 1e-9, "atol": 1e-9}
# TMLE solves an equation, and its means are rounded to nine decimals.
SOLVED = {"rtol": 1e-7, "atol": 1e-7}

SPLIT = ["design", "outcome", "split_id"]
UNIT = ["design", "campaign_id", "household_id"]
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]


def clustered_error(influence: np.ndarray, households: np.ndarray) -> float:
    """Return the standard error of a mean from influences with mean 0."""
    sums = np.bincount(np.unique(households, return_inverse=True)[1], influence)
    correction = len(sums) / (len(sums) - 1)
    return np.sqrt(correction * (sums**2).sum()) / len(influence)


def median_error(estimates: pd.Series, errors: pd.Series) -> float:
    return np.sqrt(np.median(errors**2 + (estimates - estimates.median()) ** 2))


# --- the family step ----------------------------------------------------------------


def render(name: str, *args: str) -> str:
    """Return the SQL of a macro that calls no other."""
    macro = next((REPOSITORY / "macros").rglob(f"{name}.sql")).read_text(
        encoding="utf-8"
    )
    call = "{{ " + f"{name}({', '.join(map(repr, args))})" + " }}"
    return jinja2.Environment().from_string(macro + call).render()


def test_q_value_macros_are_statsmodels_with_ties_and_missing_values():
    rng = np.random.default_rng(2)
    # Three digits, so that there are ties, within a family and between families.
    p = np.round(rng.random(120) ** 2, 3)
    p[rng.random(120) < 0.1] = np.nan
    tests = pd.DataFrame(
        {"number": range(120), "a": rng.integers(0, 3, 120), "b": 1, "p": p}
    )
    assert tests.dropna().duplicated(["a", "p"]).any()
    assert tests["p"].isna().any()
    q_value = render("q_value", "p", "a, b", "n_family_tests", "p_rank")
    with duckdb.connect() as connection:
        connection.register("tests", tests.astype(object).where(tests.notna(), None))
        built = connection.sql(
            f"with ranked as (select *, {render('family_rank', 'p', 'a, b')} from ("
            "select number, a, b, cast(p as double) as p from tests)) "
            f"select *, {q_value} as q from ranked order by number"
        ).df()
    for _, family in built.groupby("a"):
        given = family["p"].notna()
        assert family.loc[~given, "q"].isna().all()
        _, expected, _, _ = multipletests(family.loc[given, "p"], method="fdr_bh")
        np.testing.assert_allclose(family.loc[given, "q"], expected, rtol=1e-12)


# --- comparisons ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def scores(real) -> pd.DataFrame:
    return real.sql(f"from intermediate.int_dr_scores order by {', '.join(UNIT)}").df()


@pytest.fixture(scope="module")
def covariates() -> list[str]:
    seed = pd.read_csv(REPOSITORY / "seeds/effects/covariates.csv")
    return list(seed["covariate"])


def weighted_difference(
    units: pd.DataFrame, w1: np.ndarray, w0: np.ndarray
) -> tuple[float, float]:
    """Return the coefficient of a weighted regression on the arm, and its error.

    A weighted regression on the arm alone is the difference of the weighted means, and
    its sandwich error takes the weights as given.
    """
    fit = sm.WLS(
        units["outcome_value"],
        sm.add_constant(units["is_treated"].astype(float)),
        weights=w1 + w0,
    ).fit(
        cov_type="cluster",
        cov_kwds={"groups": units["household_id"], "use_correction": False},
    )
    n_households = units["household_id"].nunique()
    correction = np.sqrt(n_households / (n_households - 1))
    return fit.params.iloc[1], fit.bse.iloc[1] * correction


def targeted_effect(units: pd.DataFrame) -> tuple[float, float]:
    """Return TMLE of the ATE: a logistic regression per arm with a given offset."""
    y = units["outcome_value"].to_numpy()
    low, high = y.min(), y.max()
    means, residual = [], np.zeros(len(units))
    for arm, weight in (
        (0, 1 / (1 - units["propensity"])),
        (1, 1 / units["propensity"]),
    ):
        scaled = (units[f"mu{arm}"].to_numpy() - low) / (high - low)
        bound = VARS["tmle_mean_bound"]
        offset = logit(scaled.clip(bound, 1 - bound))
        rows = (units["is_treated"] == arm).to_numpy()
        target = (y[rows] - low) / (high - low)
        w = weight.to_numpy()[rows]

        def equation(shift, w=w, target=target, offset=offset[rows]):
            return np.sum(w * (target - expit(offset + shift)))

        shift = brentq(equation, -30, 30, xtol=1e-14)
        # The same by maximum likelihood: statsmodels' weighted binomial regression.
        glm = sm.GLM(
            target,
            np.ones(rows.sum()),
            family=sm.families.Binomial(),
            offset=offset[rows],
            var_weights=w,
        ).fit(tol=1e-12)
        assert shift == pytest.approx(glm.params[0], abs=1e-6)
        mean = low + (high - low) * expit(offset + shift)
        assert low <= mean.min()
        assert mean.max() <= high
        means.append(mean)
        residual[rows] = (2 * arm - 1) * w * (y[rows] - mean[rows])
    effect = means[1] - means[0]
    influence = effect - effect.mean() + residual
    return effect.mean(), clustered_error(influence, units["household_id"])


def partial_linear(units: pd.DataFrame) -> tuple[float, float]:
    """Return the regression of residual on residual, without a constant."""
    e, mu0, mu1 = units["propensity"], units["mu0"], units["mu1"]
    fit = sm.OLS(
        units["outcome_value"] - (e * mu1 + (1 - e) * mu0), units["is_treated"] - e
    ).fit(
        cov_type="cluster",
        cov_kwds={"groups": units["household_id"], "use_correction": False},
    )
    n_households = units["household_id"].nunique()
    return fit.params.iloc[0], fit.bse.iloc[0] * np.sqrt(
        n_households / (n_households - 1)
    )


ORACLES = {
    ("ATE", "IPW"): lambda u: weighted_difference(
        u,
        u["is_treated"] / u["propensity"],
        (1 - u["is_treated"]) / (1 - u["propensity"]),
    ),
    ("ATT", "IPW"): lambda u: weighted_difference(
        u,
        u["is_treated"],
        (1 - u["is_treated"]) * u["propensity"] / (1 - u["propensity"]),
    ),
    ("ATE", "TMLE"): targeted_effect,
    ("variance-weighted", "PLR"): partial_linear,
}


@pytest.fixture(scope="module")
def splits(real) -> pd.DataFrame:
    return real.sql("from intermediate.int_effect_splits").df()


@pytest.mark.slow
@pytest.mark.parametrize("name", ORACLES, ids="-".join)
def test_comparisons_are_those_of_statsmodels(splits, scores, name):
    rows = splits.set_index(["estimand", "estimator"]).loc[[name]]
    groups = scores.groupby(SPLIT)
    assert len(rows) == groups.ngroups > 0
    tolerance = SOLVED if name[1] == "TMLE" else EXACT
    compared = set()
    for row in rows.itertuples():
        units = groups.get_group((row.design, row.outcome, row.split_id))
        # statsmodels has no error where an arm's outcome is one value for all, as that
        # of controls that cannot redeem a coupon they were not sent.
        if units.groupby("is_treated")["outcome_value"].nunique().min() < 2:
            continue
        compared.add(row.outcome)
        expected = ORACLES[name](units)
        np.testing.assert_allclose([row.estimate, row.std_error], expected, **tolerance)
    assert {"purchase_amount", "purchase_count", "category_purchase"} <= compared


@pytest.mark.slow
def test_ols_is_statsmodels_full_regression(real, splits, covariates):
    units = real.sql("from intermediate.int_estimation_units").df()
    rows = splits.query("estimator == 'OLS'")
    assert set(zip(rows["design"], rows["split_id"], strict=True)) == {
        (design, split)
        for design in units["design"].unique()
        for split in range(1, VARS["n_splits"] + 1)
    }
    values = real.sql("from intermediate.int_unit_outcomes").df()
    for (design, outcome), built in rows.groupby(["design", "outcome"]):
        own = values[(values["design"] == design) & (values["outcome"] == outcome)]
        data = units.merge(own[[*UNIT, "outcome_value"]], on=UNIT, validate="1:1")
        x = data[["is_treated", *covariates]].astype(float)
        x = x.loc[:, x.nunique() > 1]
        campaigns = pd.get_dummies(data["campaign_id"], drop_first=True, dtype=float)
        x = sm.add_constant(np.column_stack([x, campaigns]))
        with warnings.catch_warnings():
            # Covariates may sum up to others; the coefficient of treatment is unique.
            warnings.simplefilter("ignore", SingularMatrixWarning)
            fit = sm.OLS(data["outcome_value"].to_numpy(), x).fit(
                cov_type="cluster", cov_kwds={"groups": data["household_id"].to_numpy()}
            )
        # As statsmodels counts what varies: a covariate may be the sum of others.
        n, k = x.shape
        rank = np.linalg.matrix_rank(x / np.abs(x).max(axis=0))
        error = fit.bse[1] * np.sqrt((n - k) / (n - rank))
        np.testing.assert_allclose(built["estimate"], fit.params[1], rtol=1e-8)
        np.testing.assert_allclose(built["std_error"], error, rtol=1e-8)


@pytest.mark.slow
def test_published_comparisons_are_medians_with_their_reading(real, splits):
    # The matched have a test of their own (test_matching_oracle.py).
    built = real.sql(
        "from marts.fct_effect_estimates "
        "where is_comparison and estimator != '1:1 matching'"
    ).df()
    seed = estimators_without_a_draw()
    seed = seed[seed["estimator"] != "1:1 matching"]
    readings = seed[seed["is_comparison"]].set_index(["estimand", "estimator"])
    keys = ["design", "outcome", "estimand", "estimator"]
    groups = splits.groupby(keys)
    assert not built["is_headline"].any()
    assert built["q_value"].isna().all()
    assert set(zip(built["estimand"], built["estimator"], strict=True)) == set(
        readings.index
    )
    for row in built.itertuples():
        own = groups.get_group(tuple(getattr(row, key) for key in keys))
        assert row.estimate == pytest.approx(own["estimate"].median(), rel=1e-12)
        if row.overlap_gate == "failed":
            assert np.isnan(row.std_error)
        else:
            error = median_error(own["estimate"], own["std_error"])
            assert row.std_error == pytest.approx(error, rel=1e-12)
        reading = readings["reading"][row.estimand, row.estimator]
        assert row.reason.startswith(reading)


@pytest.mark.slow
def test_headlines_of_a_design_are_one_family(real):
    built = real.sql("from marts.fct_effect_estimates where is_headline").df()
    assert built.groupby(["design", "outcome"]).size().eq(1).all()
    for _, family in built.groupby("design"):
        _, expected, _, _ = multipletests(family["p_value"], method="fdr_bh")
        np.testing.assert_allclose(family["q_value"], expected, rtol=1e-12)


# --- trimming ------------------------------------------------------------------------


def crump_threshold(e: np.ndarray) -> float:
    """Return the threshold by search over a grid (Crump et al. 2009, theorem 1)."""
    variance = 1 / (e * (1 - e))
    if variance.max() <= 2 * variance.mean():
        return 0.0
    grid = np.linspace(0, 0.5, 100_000, endpoint=False)[1:]
    limits = 1 / (grid * (1 - grid))
    ordered = np.sort(variance)
    n_kept = np.searchsorted(ordered, limits, side="right")
    means = np.cumsum(ordered)[n_kept.clip(1) - 1] / n_kept.clip(1)
    return grid[(n_kept > 0) & (limits <= 2 * means)].min()


@pytest.mark.slow
def test_the_crump_threshold_is_the_smallest_that_satisfies_the_inequality(real):
    # Of the designs that are published. A unit may lie between two steps of the grid,
    # so that the search goes past the threshold that SQL finds exactly.
    main = "design in (select design from seeds.designs where role = 'main')"
    rules = real.sql(
        f"from intermediate.int_trimming_rules where rule = 'crump' and {main}"
    ).df()
    propensities = real.sql(
        f"from intermediate.int_unit_propensities where {main}"
    ).df()
    groups = propensities.groupby(["design", "split_id"])
    assert len(rules) == groups.ngroups > 0
    for row in rules.itertuples():
        e = groups.get_group((row.design, row.split_id))
        expected = crump_threshold(e["raw_propensity"].to_numpy())
        # The grid has steps of 5e-6.
        assert row.threshold == pytest.approx(expected, abs=6e-6)


@pytest.mark.slow
def test_trimmed_effects_equal_statsmodels(real, scores):
    rules = real.sql("from intermediate.int_trimming_rules").df()
    thresholds = rules.set_index(["design", "split_id", "rule"])["threshold"]
    excluded = (
        real.sql("from intermediate.int_excluded_units").df().set_index(UNIT).index
    )
    raw = real.sql(
        f"select {', '.join(UNIT)}, split_id, raw_propensity "
        "from intermediate.int_unit_propensities"
    ).df()
    groups = scores.merge(raw, on=[*UNIT, "split_id"], validate="many_to_one").groupby(
        ["design", "outcome"]
    )
    built = real.sql("from evidence.fct_trimming").df()
    fixed = {f"{t:.2f}" for t in VARS["trimming_thresholds"]}
    assert set(built["rule"]) == {"none", "crump", "comparable"} | fixed
    for row in built.itertuples():
        own = groups.get_group((row.design, row.outcome))
        found = []
        for split, units in own.groupby("split_id"):
            is_comparable = row.rule == "comparable"
            rule = "crump" if is_comparable else row.rule
            threshold = thresholds[row.design, split, rule]
            kept = units[units["raw_propensity"].between(threshold, 1 - threshold)]
            if is_comparable:
                kept = kept[~kept.set_index(UNIT).index.isin(excluded)]
            arms = kept.groupby("is_treated")["household_id"].nunique()
            fit = sm.OLS(kept["dr_score"], np.ones(len(kept))).fit(
                cov_type="cluster", cov_kwds={"groups": kept["household_id"]}
            )
            found.append(
                {
                    "threshold": threshold,
                    "n_treated": kept["is_treated"].sum(),
                    "n_control": (1 - kept["is_treated"]).sum(),
                    "share_kept": len(kept) / len(units),
                    "estimate": fit.params.iloc[0],
                    "std_error": fit.bse.iloc[0],
                    "fewest": arms.min() if len(arms) == 2 else 0,
                }
            )
        found = pd.DataFrame(found)
        expected = found.median()
        expected["std_error"] = median_error(found["estimate"], found["std_error"])
        if found["fewest"].min() < VARS["min_group_households"]:
            expected[["estimate", "std_error"]] = np.nan
        for name in expected.index.drop("fewest"):
            value = getattr(row, name)
            np.testing.assert_allclose(value, expected[name], **EXACT, err_msg=name)
        assert row.is_predeclared == (row.rule == "comparable")
        said = {
            (True, False): "above 0",
            (False, True): "below 0",
            (False, False): "not distinguishable from 0",
        }[bool(row.ci_lower > 0), bool(row.ci_upper < 0)]
        assert row.verdict == (said if np.isfinite(row.estimate) else row.verdict)
