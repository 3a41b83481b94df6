"""Heterogeneity, rankings and hidden causes of the real year against other libraries.

SQL sums terms of 12 decimal places and marts are rounded to nine, hence the tolerances.
"""

import hashlib

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from dbt_runner import REPOSITORY
from econml.validate.sensitivity_analysis import RV, sensitivity_interval
from scipy import stats

VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ranked(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql(
        "from intermediate.int_cate_ranks semi join intermediate.int_household_parts "
        "on int_cate_ranks.household_id = int_household_parts.household_id "
        "and part != 'report' where outcome = 'purchase_amount' "
        "and learner != 'random' order by learner, split_id, fold, rank_share"
    ).df()


def test_slopes_are_those_of_least_squares_with_an_intercept_per_fold(
    real: duckdb.DuckDBPyConnection,
) -> None:
    units = real.sql(
        """
        select scores.*, predictions.learner, predictions.cate
        from intermediate.int_dr_scores as scores
        inner join intermediate.int_cate_predictions as predictions
            using (design, outcome, split_id, campaign_id, household_id)
        inner join intermediate.int_household_parts using (household_id)
        where not starts_with(predictions.learner, 'constant') and part != 'report'
        order by design, outcome, learner, split_id, campaign_id, household_id
        """
    ).df()
    built = real.sql("from intermediate.int_cate_slopes where slope is not null").df()
    keys = ["design", "outcome", "learner", "split_id"]
    built = built.set_index(keys)
    groups = units.groupby(keys)
    assert len(built) == len(groups) > 0
    for key, rows in groups:
        folds = pd.get_dummies(rows["fold"], dtype=float)
        design = np.column_stack([rows["cate"], folds])
        fit = sm.OLS(rows["dr_score"].to_numpy(), design).fit(
            cov_type="cluster", cov_kwds={"groups": rows["household_id"].to_numpy()}
        )
        # statsmodels also corrects for the number of coefficients.
        n, k = design.shape
        error = fit.bse[0] * np.sqrt((n - k) / (n - 1))
        assert built.loc[key, "slope"] == pytest.approx(fit.params[0], rel=1e-8)
        assert built.loc[key, "std_error"] == pytest.approx(error, rel=1e-6)


def ranking_metrics(scores: np.ndarray) -> tuple[float, float]:
    """Return AUTOC and Qini of scores in the order of their ranks, by definition."""
    toc = np.array(
        [scores[:k].mean() - scores.mean() for k in range(1, len(scores) + 1)]
    )
    shares = np.arange(1, len(scores) + 1) / len(scores)
    return toc.mean(), (shares * toc).mean()


def is_in_half(household: int, sample: int) -> bool:
    text = f"{VARS['fold_salt']}_toc_{sample}|{household}"
    return int(hashlib.md5(text.encode()).hexdigest()[:15], 16) % 2 == 0


@pytest.mark.parametrize("sample", [0, 1, 2])
def test_ranking_metrics_are_means_over_k_of_the_toc(
    real: duckdb.DuckDBPyConnection, ranked: pd.DataFrame, sample: int
) -> None:
    if sample:
        households = {h: is_in_half(h, sample) for h in ranked["household_id"].unique()}
        assert 0.4 < np.mean(list(households.values())) < 0.6
        ranked = ranked[ranked["household_id"].map(households)]
    built = real.sql(
        f"from intermediate.int_toc_samples where sample_id = {sample} "
        "and learner != 'random'"
    ).df()
    keys = ["design", "learner", "split_id"]
    groups = ranked.groupby(keys)
    assert len(built) == len(groups) > 0
    built = built.set_index(keys)
    for key, units in groups:
        folds = [fold["dr_score"].to_numpy() for _, fold in units.groupby("fold")]
        expected = np.average(
            [ranking_metrics(scores) for scores in folds],
            axis=0,
            weights=[len(scores) for scores in folds],
        )
        np.testing.assert_allclose(
            built.loc[key, ["autoc", "qini"]].to_numpy(dtype=float),
            expected,
            rtol=1e-7,
            atol=1e-8,
        )


def test_the_spread_of_random_halves_is_the_standard_error_of_a_ranking(
    real: duckdb.DuckDBPyConnection, ranked: pd.DataFrame
) -> None:
    """Where ranks carry no information, AUTOC is a mean of weighted scores."""
    errors = real.sql(
        "select split_id, stddev_samp(autoc) as error "
        "from intermediate.int_toc_samples where sample_id > 0 "
        "and design = 'first_type_a' and learner = 'causal_forest' group by split_id"
    ).df()
    ranked = ranked.query("design == 'first_type_a' and learner == 'causal_forest'")
    for split_id, units in ranked.groupby("split_id"):
        terms = []
        for _, fold in units.groupby("fold"):
            scores = fold["dr_score"].to_numpy()
            tail = np.cumsum(1 / np.arange(1, len(scores) + 1)[::-1])[::-1]
            terms.append((tail - 1) * (scores - scores.mean()))
        terms = np.concatenate(terms)
        analytic = terms.std(ddof=1) / np.sqrt(len(terms))
        bootstrap = errors.set_index("split_id")["error"].loc[split_id]
        # 200 halves know a spread to 5 %; a quarter is five of these.
        assert bootstrap == pytest.approx(analytic, rel=0.25)


def test_hidden_cause_bounds_are_those_of_econml(
    real: duckdb.DuckDBPyConnection,
) -> None:
    scores = real.sql(
        "from intermediate.int_dr_scores order by design, outcome, split_id, "
        "campaign_id, household_id"
    ).df()
    bounds = real.sql(
        "from evidence.fct_sensitivity where analysis = 'omitted variable'"
    ).df()
    headlines = real.sql(
        "select design, outcome, estimand, std_error from marts.fct_effect_estimates "
        "where is_headline"
    ).df()
    bounds = bounds.merge(headlines, on=["design", "outcome", "estimand"])
    assert len(bounds) == 8 * len(headlines) > 0
    assert headlines["design"].nunique() > 1
    assert headlines["outcome"].nunique() > 2
    for (design, outcome), rows in bounds.groupby(["design", "outcome"]):
        of_outcome = (scores["design"] == design) & (scores["outcome"] == outcome)
        scales = []
        for _, units in scores[of_outcome].groupby("split_id"):
            t, e = units["is_treated"], units["propensity"]
            mean = np.where(t == 1, units["mu1"], units["mu0"])
            sigma2 = np.mean((units["outcome_value"] - mean) ** 2)
            weights = {
                "ATE": t / e - (1 - t) / (1 - e),
                "ATO": (t - e) / np.mean((t - e) ** 2),
            }[rows["estimand"].iloc[0]]
            scales.append(np.sqrt(sigma2 * np.mean(weights**2)))
        scale = np.median(scales)
        for row in rows.itertuples():
            # With nu = 1 sigma is the squared scale; its own error is not carried.
            arguments = (row.estimate, scale**2, 1.0, np.diag([row.std_error**2, 0, 0]))
            strength = row.confounder_strength
            lower, upper = sensitivity_interval(
                *arguments, 0.05, strength, strength, 1, interval_type="theta"
            )
            assert row.estimate_lower == pytest.approx(lower, abs=1e-6)
            assert row.estimate_upper == pytest.approx(upper, abs=1e-6)
            tail = stats.norm.ppf(0.975) * row.std_error
            assert row.ci_lower == pytest.approx(lower - tail, abs=1e-6)
            assert row.ci_upper == pytest.approx(upper + tail, abs=1e-6)
            # econml stops within 1e-6 units of the outcome, of which some are shares.
            unit = 1_000 / scale
            errors = np.diag([(unit * row.std_error) ** 2, 0, 0])
            arguments = (unit * row.estimate, (unit * scale) ** 2, 1.0, errors)
            if row.scenario == "robustness value":
                expected = RV(*arguments, 0.05, interval_type="theta")
                assert strength == pytest.approx(expected, abs=1e-6)
            if row.scenario == "robustness value of the interval":
                # econml's interval has 2.5 % in each tail, as ours.
                expected = RV(*arguments, 0.05, interval_type="ci")
                assert strength == pytest.approx(expected, abs=1e-4)
