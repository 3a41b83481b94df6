"""Effects, grades and segments of the real year against numpy and other libraries.

Formulas that SQL evaluates are recomputed from the same inputs and must agree to EXACT,
which also covers tables that are rounded to nine decimals. Where another method answers
the same question, the tolerance stands at the test.
"""

from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from dbt_runner import REPOSITORY, copy_tables, run_dbt_or_fail
from econml.dr import LinearDRLearner
from scipy import stats
from scipy.spatial.distance import cdist
from shared import contact_cost
from sklearn.cluster import KMeans
from sklearn.decomposition import non_negative_factorization
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import log_loss, mean_squared_error, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from retail_uplift.warehouse_plugin import bundled_data_dir

EXACT = {"rtol": 1e-9, "atol": 1e-9}
Z_95 = stats.norm.ppf(0.975)

UNIT = ["design", "campaign_id", "household_id"]
SPLIT = ["design", "outcome", "split_id"]
POLICY_UNIT = ["design", "split_id", "campaign_id", "household_id"]
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]
DESIGNS = pd.read_csv(REPOSITORY / "seeds/behaviour/designs.csv", index_col="design")
# The real year held nobody out, and TypeA is what it studies.
DESIGNS = DESIGNS[DESIGNS["control_rule"] != "held out"].replace(
    {"campaign_types": {"studied": "A", "all": "ABC"}}
)
MAIN_DESIGNS = set(DESIGNS.index[DESIGNS["role"] == "main"])
COVARIATES = pd.read_csv(REPOSITORY / "seeds/effects/covariates.csv")["covariate"]
OUTCOMES = pd.read_csv(REPOSITORY / "seeds/behaviour/outcomes.csv")

OWN_ESTIMATORS = ("AIPW", "difference in means")

slow = pytest.mark.slow


@pytest.fixture(scope="module")
def scores(real) -> pd.DataFrame:
    return real.sql("from intermediate.int_dr_scores").df()


@pytest.fixture(scope="module")
def ranks(real) -> pd.DataFrame:
    return real.sql("from intermediate.int_policy_units").df()


def clustered_error(influence: np.ndarray, households: np.ndarray) -> float:
    """Return the standard error of a mean from influences with mean 0."""
    sums = np.bincount(np.unique(households, return_inverse=True)[1], influence)
    n_households = len(sums)
    correction = n_households / (n_households - 1)
    return np.sqrt(correction * (sums**2).sum()) / len(influence)


def median_error(estimates: np.ndarray, errors: np.ndarray) -> float:
    distances = np.asarray(estimates) - np.median(estimates)
    return np.sqrt(np.median(np.square(errors) + distances**2))


def render_macro(name: str, *args: str) -> str:
    """Return the SQL of a macro that calls nothing but `exact_sum`."""
    macros = "".join(
        next((REPOSITORY / "macros").rglob(f"{file}.sql")).read_text(encoding="utf-8")
        for file in ("exact_sum", name)
    )
    call = "{{ " + f"{name}({', '.join(map(repr, args))})" + " }}"
    return jinja2.Environment().from_string(macros + call).render()


# --- macros: no build needed -------------------------------------------------------


def test_p_value_macro_is_the_normal_tail_to_2e_7():
    sql = render_macro("two_sided_p_value", "z")
    grid = "(select unnest(generate_series(-800, 800)) / 100 as z)"
    frame = duckdb.sql(f"select z, {sql} as p from {grid}").df()
    expected = 2 * stats.norm.sf(np.abs(frame["z"]))
    np.testing.assert_allclose(frame["p"], expected, rtol=0, atol=2e-7)
    assert frame["p"].between(0, 1).all()


def test_clustered_error_macro_is_that_of_statsmodels():
    generator = np.random.default_rng(1)
    units = pd.DataFrame({"household_id": generator.integers(0, 60, 200)})
    units["score"] = generator.normal(size=200) + 0.1 * units["household_id"]
    units["influence"] = units["score"] - units["score"].mean()
    households = units.groupby("household_id")["influence"].agg(["sum", "count"])
    sql = render_macro("clustered_std_error", '"sum"', '"count"')
    with duckdb.connect() as connection:
        connection.register("households", households)
        built = connection.sql(f"select {sql} from households").fetchone()[0]
    fit = sm.OLS(units["score"], np.ones(200)).fit(
        cov_type="cluster", cov_kwds={"groups": units["household_id"]}
    )
    # statsmodels corrects by C / (C - 1) * (n - 1) / (n - 1), as we do. Ours sums
    # terms of 12 decimal places.
    np.testing.assert_allclose(built, fit.bse.iloc[0], rtol=1e-10)


def test_median_error_macro_adds_the_disagreement_of_splits():
    sql = render_macro("median_std_error", "estimate", "std_error", "2.0")
    values = "(values (1.0, 1.0), (2.0, 3.0), (7.0, 2.0)) splits(estimate, std_error)"
    built = duckdb.sql(f"select {sql} from {values}").fetchone()[0]
    assert built == pytest.approx(median_error([1, 2, 7], [1, 3, 2])) == 3.0


# --- effects -----------------------------------------------------------------------


def split_effects(units: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return estimate and standard error by estimand, from one split's nuisances."""
    t, y, e = (
        units[c].to_numpy() for c in ("is_treated", "outcome_value", "propensity")
    )
    mu0, mu1 = units["mu0"].to_numpy(), units["mu1"].to_numpy()
    treated, households = t == 1, units["household_id"].to_numpy()

    g = mu1 - mu0 + t * (y - mu1) / e - (1 - t) * (y - mu0) / (1 - e)
    ate = sm.OLS(g, np.ones(len(g))).fit(
        cov_type="cluster", cov_kwds={"groups": households}
    )

    att_terms = t * (y - mu0) - (1 - t) * e / (1 - e) * (y - mu0)
    att = att_terms.sum() / t.sum()
    att_influence = (att_terms - t * att) / t.mean()

    overlap = e * (1 - e)
    model = np.average(mu1 - mu0, weights=overlap)
    residual1 = np.average((y - mu1)[treated], weights=(1 - e)[treated])
    residual0 = np.average((y - mu0)[~treated], weights=e[~treated])
    ato_influence = (
        (t - e) ** 2 * (mu1 - mu0 - model) / overlap.mean()
        + t * (1 - e) * (y - mu1 - residual1) / np.mean(t * (1 - e))
        - (1 - t) * e * (y - mu0 - residual0) / np.mean((1 - t) * e)
    )

    naive = sm.OLS(y, sm.add_constant(t)).fit(
        cov_type="cluster", cov_kwds={"groups": households}
    )
    # statsmodels also corrects by (n - 1) / (n - 2) for its two coefficients.
    naive_error = naive.bse[1] * np.sqrt((len(y) - 2) / (len(y) - 1))
    return {
        "ATE": (ate.params[0], ate.bse[0]),
        "ATT": (att, clustered_error(att_influence, households)),
        "ATO": (
            model + residual1 - residual0,
            clustered_error(ato_influence, households),
        ),
        "naive": (naive.params[1], naive_error),
    }


@pytest.fixture(scope="module")
def effects(real, scores) -> pd.DataFrame:
    """int_effect_splits beside the oracle's numbers."""
    expected = [
        (*key, estimand, *numbers)
        for key, units in scores.groupby(SPLIT)
        for estimand, numbers in split_effects(units).items()
    ]
    columns = [*SPLIT, "estimand", "oracle_estimate", "oracle_error"]
    # Comparisons have oracles of their own (test_estimators_oracle.py).
    built = real.sql(
        f"from intermediate.int_effect_splits where estimator in {OWN_ESTIMATORS}"
    ).df()
    return built.merge(
        pd.DataFrame(expected, columns=columns),
        on=[*SPLIT, "estimand"],
        how="outer",
        validate="one_to_one",
    )


@slow
@pytest.mark.parametrize("estimand", ["ATE", "ATT", "ATO", "naive"])
def test_split_effects_equal_the_formulas(effects, estimand):
    rows = effects[effects["estimand"] == estimand]
    assert not rows.empty
    np.testing.assert_allclose(rows["estimate"], rows["oracle_estimate"], **EXACT)
    np.testing.assert_allclose(rows["std_error"], rows["oracle_error"], **EXACT)


@slow
def test_naive_difference_is_welchs_where_a_household_stands_once(real, scores):
    built = real.sql("from marts.fct_effect_estimates where estimand = 'naive'").df()
    stand_once = {}
    for row in built.itertuples():
        first = scores[
            (scores["design"] == row.design)
            & (scores["outcome"] == row.outcome)
            & (scores["split_id"] == 1)
        ]
        y, treated = first["outcome_value"], first["is_treated"] == 1
        assert row.estimate == pytest.approx(y[treated].mean() - y[~treated].mean())
        assert (row.n_treated, row.n_control) == (treated.sum(), (~treated).sum())
        stand_once[row.design] = first["household_id"].is_unique
        # Elsewhere the clustered regression of `split_effects` is the oracle.
        if stand_once[row.design]:
            welch = stats.ttest_ind(y[treated], y[~treated], equal_var=False)
            # Welch divides by n - 1 in each arm, the influence by n: 0.1 % here.
            ratio = row.estimate / row.std_error
            assert ratio == pytest.approx(welch.statistic, rel=1e-3)
    assert stand_once == {
        "campaign_trials": False,
        "first_any": True,
        "first_type_a": True,
    }


@slow
def test_published_effects_are_medians_over_splits_with_normal_intervals(real, effects):
    """Of the main designs; placebos and variants answer for sales alone, elsewhere."""
    built = real.sql(
        "from intermediate.int_effect_medians "
        f"where is_main_design and estimator in {OWN_ESTIMATORS}"
    ).df()
    is_main = effects["design"].isin(MAIN_DESIGNS)
    assert set(effects.loc[is_main, "outcome"]) == set(OUTCOMES["outcome"])
    assert set(effects.loc[~is_main, "outcome"]) == {"purchase_amount"}
    assert set(effects.loc[~is_main, "design"]) == set(DESIGNS.index) - MAIN_DESIGNS
    effects = effects[is_main]
    keys = ["design", "outcome", "estimand"]
    expected = pd.DataFrame(
        [
            (
                *key,
                rows["oracle_estimate"].median(),
                median_error(rows["oracle_estimate"], rows["oracle_error"]),
            )
            for key, rows in effects.groupby(keys)
        ],
        columns=[*keys, "oracle_estimate", "oracle_error"],
    )
    both = built.merge(expected, on=keys, how="outer", validate="one_to_one")
    estimate, error = both["oracle_estimate"], both["oracle_error"]
    np.testing.assert_allclose(both["estimate"], estimate, **EXACT)
    np.testing.assert_allclose(both["std_error"], error, **EXACT)
    np.testing.assert_allclose(both["ci_lower"], estimate - Z_95 * error, **EXACT)
    np.testing.assert_allclose(both["ci_upper"], estimate + Z_95 * error, **EXACT)
    p_values = 2 * stats.norm.sf(np.abs(estimate / error))
    np.testing.assert_allclose(both["p_value"], p_values, rtol=0, atol=1e-6)
    # Published are all of them, without errors where the estimate extrapolates.
    shown = real.sql(
        f"from marts.fct_effect_estimates where estimator in {OWN_ESTIMATORS}"
    ).df()
    both = both.merge(shown, on=keys, suffixes=("", "_shown"), validate="one_to_one")
    assert len(both) == len(shown) == len(built)
    np.testing.assert_array_equal(both["estimate_shown"], both["estimate"])
    hidden = both["overlap_gate"] == "failed"
    np.testing.assert_array_equal(hidden, both["is_extrapolated"])
    assert set(hidden) == {True, False}
    for name in ("std_error", "ci_lower", "ci_upper", "p_value"):
        expected = both[name].mask(hidden)
        np.testing.assert_array_equal(both[f"{name}_shown"], expected)


@slow
@pytest.mark.parametrize("outcome", ["purchase_amount", "purchase_count"])
def test_ate_agrees_with_econmls_doubly_robust_learner(real, outcome):
    """econml fits its own nuisances on our covariates, folds and clipping bound.

    Its outcome model is one ridge with all interactions with treatment, its propensity
    a logistic regression with scikit-learn's default penalty, so scores differ unit by
    unit. The medians over the three splits lie 0.43 and 0.03 of our standard errors
    apart; 1 is allowed. No more can be asked where the arms overlap little: with a ten
    times stronger penalty econml's own median moves by one of our standard errors.
    """
    units = real.sql(
        f"from intermediate.int_estimation_units order by {','.join(UNIT)}"
    )
    units = units.df().query("design == 'first_type_a'")
    folds = real.sql("from intermediate.int_folds").df()
    covariates = list(COVARIATES)
    raw = units[covariates].to_numpy(dtype=float)
    campaigns = pd.get_dummies(units["campaign_id"]).to_numpy(dtype=float)
    w = StandardScaler().fit_transform(
        np.hstack([raw, np.sign(raw) * np.log1p(np.abs(raw)), campaigns])
    )
    estimates = []
    for _, split in folds.groupby("split_id"):
        fold = units["household_id"].map(split.set_index("household_id")["fold"])
        learner = LinearDRLearner(
            model_propensity=LogisticRegression(solver="newton-cholesky"),
            model_regression=make_pipeline(
                FunctionTransformer(_interact_with_last_column),
                StandardScaler(),
                RidgeCV(np.logspace(0, 4, 5)),
            ),
            min_propensity=VARS["propensity_clip"],
            cv=[
                (np.flatnonzero(fold != k), np.flatnonzero(fold == k))
                for k in sorted(fold.unique())
            ],
        ).fit(units[outcome].to_numpy(), units["is_treated"].to_numpy(), W=w)
        estimates.append(float(learner.intercept_(T=1)))
    built = real.sql(
        "select estimate, std_error from intermediate.int_effect_medians where "
        "estimand = 'ATE' and estimator = 'AIPW' and design = 'first_type_a' "
        f"and outcome = '{outcome}'"
    ).fetchone()
    assert abs(np.median(estimates) - built[0]) < 1.0 * built[1]


def _interact_with_last_column(x: np.ndarray) -> np.ndarray:
    """Let the effect of every covariate differ between arms."""
    covariates, treatment = x[:, :-1], x[:, -1:]
    return np.hstack([covariates, treatment, covariates * treatment])


# --- nuisances, overlap and balance ------------------------------------------------


@slow
def test_losses_are_sklearns_and_the_least_is_chosen(real):
    losses = real.sql("from intermediate.int_learner_losses").df()
    keys = ["design", "target", "learner"]
    treatments = real.sql(
        "select *, 'propensity' as target from fitted.py_propensity "
        f"inner join intermediate.int_estimation_units using ({','.join(UNIT)}) "
        "where split_id = 1"
    ).df()
    means = real.sql(
        "select *, outcome as target, if(is_treated = 1, mu1, mu0) as mu "
        "from fitted.py_outcome_means inner join intermediate.int_unit_outcomes "
        f"using ({','.join(UNIT)}, outcome) where split_id = 1"
    ).df()
    expected = {
        key: log_loss(rows["is_treated"], rows["propensity"])
        for key, rows in treatments.groupby(keys)
    } | {
        key: mean_squared_error(rows["outcome_value"], rows["mu"])
        for key, rows in means.groupby(keys)
    }
    built = losses.set_index(keys)["loss"]
    assert set(built.index) == set(expected)
    np.testing.assert_allclose(built, [expected[key] for key in built.index], **EXACT)
    for _, rows in losses.groupby(["design", "target"]):
        assert rows.loc[rows["is_chosen"], "loss"].tolist() == [rows["loss"].min()]


@slow
def test_the_chosen_learner_alone_predicts_every_split(real):
    """What SQL chooses is what the fits chose: no unit loses its score."""
    for table, target in (
        ("py_propensity", "'propensity'"),
        ("py_outcome_means", "outcome"),
    ):
        splits = real.sql(
            "select losses.design, losses.target, losses.is_chosen, "
            f"count(distinct fits.split_id) as n_splits from fitted.{table} as fits "
            "inner join intermediate.int_learner_losses as losses "
            f"on fits.design = losses.design and losses.target = {target} "
            "and fits.learner = losses.learner group by all"
        ).df()
        n_splits = splits["n_splits"].max()
        assert n_splits > 1
        assert set(splits.loc[splits["is_chosen"], "n_splits"]) == {n_splits}
        assert set(splits.loc[~splits["is_chosen"], "n_splits"]) == {1}


@slow
def test_overlap_statistics_equal_sklearn_and_numpy(real):
    propensities = real.sql("from intermediate.int_unit_propensities").df()

    def of_split(units: pd.DataFrame) -> pd.Series:
        raw, e, t = units["raw_propensity"], units["propensity"], units["is_treated"]
        weights1, weights0 = 1 / e[t == 1], 1 / (1 - e[t == 0])
        clip = VARS["propensity_clip"]
        np.testing.assert_array_equal(e, raw.clip(clip, 1 - clip))
        return pd.Series(
            {
                "propensity_auc": roc_auc_score(t, raw),
                "share_in_10_90": ((raw >= 0.1) & (raw <= 0.9)).mean(),
                "share_in_05_95": ((raw >= 0.05) & (raw <= 0.95)).mean(),
                "ess_treated": weights1.sum() ** 2 / (weights1**2).sum(),
                "ess_control": weights0.sum() ** 2 / (weights0**2).sum(),
                "n_clipped": ((raw < clip) | (raw > 1 - clip)).sum(),
                "n_below_05": (raw < 0.05).sum(),
                "n_above_95": (raw > 0.95).sum(),
                "lowest_propensity_treated": raw[t == 1].min(),
                "highest_propensity_treated": raw[t == 1].max(),
                "lowest_propensity_control": raw[t == 0].min(),
                "highest_propensity_control": raw[t == 0].max(),
            }
        )

    for row in real.sql("from evidence.fct_overlap").df().to_dict("records"):
        units = propensities[propensities["design"] == row["design"]]
        expected = pd.DataFrame(
            [of_split(split) for _, split in units.groupby("split_id")]
        ).median()
        for name, value in expected.items():
            assert row[name] == pytest.approx(value, rel=1e-9), name
        auc = expected["propensity_auc"]
        separations = {(False, False): "none", (True, False): "warning"}
        assert row["separation"] == separations.get((auc > 0.7, auc > 0.9), "severe")
        assert row["is_overlap_sufficient"] == (
            expected["share_in_10_90"] >= VARS["min_overlap_share"]
            and expected["ess_treated"] >= VARS["min_ess_share"] * row["n_treated"]
            and expected["ess_control"] >= VARS["min_ess_share"] * row["n_control"]
        )


@slow
def test_mean_differences_are_scaled_by_raw_deviations(real):
    balance = real.sql("from evidence.fct_covariate_balance").df()
    rows = real.sql(
        "from intermediate.int_unit_covariates "
        "inner join (select * exclude (is_treated) from "
        f"intermediate.int_unit_propensities) using ({','.join(UNIT)})"
    ).df()
    pairs = real.sql("from intermediate.int_matched_pairs").df()
    assert set(balance["design"]) == MAIN_DESIGNS
    columns = ("unweighted", "ipw", "att", "overlap", "matched")
    for row in balance.itertuples():
        built = [getattr(row, f"smd_{column}") for column in columns]
        values = rows.loc[rows["design"] == row.design, row.covariate]
        if values.nunique() == 1:
            assert built == [0, 0, 0, 0, 0], row.covariate
            continue
        arms = {}
        for split, units in rows[rows["design"] == row.design].groupby("split_id"):
            x, e = units[row.covariate].astype(float), units["propensity"]
            t = units["is_treated"] == 1
            sd = np.sqrt((x[t].var() + x[~t].var()) / 2)
            value = x.set_axis(
                pd.MultiIndex.from_frame(units[["campaign_id", "household_id"]])
            )
            own = pairs[(pairs["design"] == row.design) & (pairs["split_id"] == split)]
            matched = [
                value[pd.MultiIndex.from_frame(own[["campaign_id", household]])].mean()
                for household in ("household_id", "control_household_id")
            ]
            weights = ((t, ~t), (1 / e, 1 / (1 - e)), (t, e / (1 - e)), (1 - e, e))
            differences = [
                np.average(x[t], weights=w1[t]) - np.average(x[~t], weights=w0[~t])
                for w1, w0 in weights
            ]
            arms[split] = np.array([*differences, matched[0] - matched[1]]) / sd
        expected = np.median(list(arms.values()), axis=0)
        np.testing.assert_allclose(built, expected, **EXACT, err_msg=row.covariate)


# --- policies ----------------------------------------------------------------------


def graded(profits: pd.DataFrame) -> tuple[float, float]:
    """Return profit and standard error: medians over splits of sums over units."""
    values, errors = [], []
    for _, split in profits.groupby("split_id"):
        profit = split["profit"].to_numpy()
        error = clustered_error(profit - profit.mean(), split["household_id"])
        values.append(profit.sum())
        errors.append(error * len(profit))
    return np.median(values), median_error(values, errors)


def segment_profits(ranks: pd.DataFrame, cost: float) -> pd.Series:
    """Return the mean profit of a contact in a unit's segment over the other folds."""
    worth = VARS["margin"] * ranks["dr_score"] - cost
    means = pd.Series(np.nan, index=ranks.index)
    for _, own in ranks.groupby(["design", "population", "split_id", "segment_id"]):
        for fold, members in own.groupby("fold"):
            others = own.index[own["fold"] != fold]
            means[members.index] = worth[others].mean()
    return means


def policy_targets(real, ranks: pd.DataFrame, rule) -> pd.Series:
    """Return whom a policy targets; missing where its tree was not fitted."""
    break_even = contact_cost(real) / VARS["margin"]
    if rule.kind == "none":
        return pd.Series(0, index=ranks.index)
    if rule.kind == "all":
        return pd.Series(1, index=ranks.index)
    if rule.kind == "current":
        return ranks["is_treated"]
    if rule.kind == "effect_above":
        return (ranks["cate"] > rule.parameter).astype(int)
    if rule.kind == "risk_adjusted":
        weight = rule.parameter
        cautious = (1 - weight) * ranks["cate"] + weight * ranks["ci_lower"]
        return (cautious > break_even).astype(int)
    if rule.kind == "top_share":
        return (ranks["rank_share"] <= rule.parameter).astype(int)
    if rule.kind == "segment":
        return (segment_profits(ranks, contact_cost(real)) > 0).astype(int)
    if rule.kind == "rfm":
        units = real.sql("from intermediate.int_estimation_units").df()
        fifths = pd.DataFrame(
            {
                column: np.minimum(
                    5, 1 + np.floor(5 * percent_ranks(units, column, ascending))
                )
                for column, ascending in (
                    ("recency", False),
                    ("frequency", True),
                    ("monetary_sales", True),
                )
            }
        )
        keys = units[["design", "campaign_id", "household_id"]]
        best = keys.assign(best=(fifths.min(axis=1) >= rule.parameter).astype(int))
        return ranks[keys.columns].merge(best, how="left")["best"]
    leaves = real.sql("from intermediate.int_policy_tree_targets").df()
    leaves = leaves[leaves["policy"] == rule.policy]
    leaves = leaves[[*POLICY_UNIT, "is_target"]]
    return ranks[POLICY_UNIT].merge(leaves, how="left")["is_target"]


def percent_ranks(units: pd.DataFrame, column: str, ascending: bool) -> pd.Series:
    """Return (rank - 1) / (n - 1) by design, ties sharing the least rank."""
    designs = units.groupby("design")[column]
    ranks = designs.rank(method="min", ascending=ascending)
    return (ranks - 1) / (designs.transform("size") - 1)


@pytest.fixture(scope="module")
def profits(real, ranks) -> dict[str, pd.DataFrame]:
    """Return by policy the units with whom it targets and what each earns."""
    margin, cost = VARS["margin"], contact_cost(real)
    rules = pd.read_csv(REPOSITORY / "seeds/decisions/policies.csv")
    earned = {}
    for rule in rules.itertuples():
        target = policy_targets(real, ranks, rule)
        worth = margin * ranks["dr_score"] - cost
        if rule.kind == "current":
            # Its effect is the one on the treated, whose score controls have too.
            profit = margin * ranks["att_score"] - cost * target
        else:
            profit = worth * target
        frame = ranks.assign(target=target, profit=profit, worth=worth)
        earned[rule.policy] = frame[target.notna()]
    return earned


@slow
def test_units_are_ranked_by_predicted_effect_inside_their_fold(ranks):
    folds = ranks.groupby(["design", "population", "split_id", "fold"])
    n = folds["cate"].transform("size")
    for method, slack in (("min", -1e-9), ("max", 1e-9)):
        rank = folds["cate"].rank(method=method, ascending=False)
        # Between the first and the last place of the units with the same effect.
        gap = ranks["rank_share"] * n + 0.5 - rank
        assert (gap * np.sign(slack) <= abs(slack)).all()
    keys = ["design", "population", "split_id", "fold", "rank_share"]
    assert not ranks.duplicated(keys).any()


@slow
def test_policy_values_equal_numpy(real, ranks, profits):
    built = real.sql("from marts.fct_policy_values").df()
    assert len(built) == len(profits) * n_populations(ranks)
    for row in built.itertuples():
        own = of_population(profits[row.policy], row)
        n_splits = own["split_id"].nunique()
        assert row.n_units == median_size(own)
        assert row.n_targeted == pytest.approx(own["target"].sum() / n_splits)
        shares = own.groupby("split_id")["target"].transform("mean")
        assert row.share_targeted == pytest.approx(
            own.groupby("split_id")["target"].mean().mean()
        )
        assert row.effective_n == pytest.approx(effective_size(own))
        profit, error = graded(own)
        np.testing.assert_allclose(
            [row.profit, row.std_error, row.ci_lower, row.ci_upper],
            [profit, error, profit - Z_95 * error, profit + Z_95 * error],
            rtol=1e-9,
            atol=1e-6,
        )
        cost = contact_cost(real) * row.n_targeted
        assert row.contact_cost == pytest.approx(cost)
        assert (
            np.isnan(row.roi) if cost == 0 else row.roi == pytest.approx(profit / cost)
        )
        baselines = {
            name: profits[baseline].loc[own.index, "profit"]
            for baseline, name in (
                ("treat_none", "none"),
                ("treat_all", "all"),
                ("current_practice", "current"),
                ("rfm_rule", "rfm"),
            )
        } | {"random": shares * own["worth"]}
        for name, other in baselines.items():
            value, spread = graded(own.assign(profit=own["profit"] - other))
            np.testing.assert_allclose(
                [
                    getattr(row, f"profit_vs_{name}"),
                    getattr(row, f"profit_vs_{name}_ci_lower"),
                    getattr(row, f"profit_vs_{name}_ci_upper"),
                ],
                [value, value - Z_95 * spread, value + Z_95 * spread],
                rtol=1e-9,
                atol=1e-6,
            )


def n_populations(units: pd.DataFrame) -> int:
    """Return the number of designs times their populations."""
    return len(units[["design", "population"]].drop_duplicates())


@slow
def test_other_estimators_of_a_policy_equal_numpy(real, scores, profits):
    built = real.sql("from evidence.fct_policy_value_estimators").df()
    margin, cost = VARS["margin"], contact_cost(real)
    values = real.sql("from marts.fct_policy_values").df()
    keys = ["design", "population", "policy"]
    same = built[built["estimator"] == "doubly robust"].merge(
        values, on=keys, suffixes=("", "_published")
    )
    assert len(same) == (values["policy"] != "treat_none").sum()
    np.testing.assert_allclose(same["profit"], same["profit_published"])
    np.testing.assert_allclose(same["std_error"], same["std_error_published"])
    outcomes = scores.loc[
        scores["outcome"] == "purchase_amount",
        [*POLICY_UNIT, "outcome_value", "mu0", "mu1"],
    ]
    for row in built.query("policy != 'current_practice'").itertuples():
        own = of_population(profits[row.policy], row).merge(outcomes, on=POLICY_UNIT)
        sums = []
        for _, split in own.groupby("split_id"):
            g, t, e, y = (
                split[name].to_numpy(float)
                for name in ("target", "is_treated", "propensity", "outcome_value")
            )
            treated, control = g * t / e, g * (1 - t) / (1 - e)
            effect = {
                "outcome model": (g * (split["mu1"] - split["mu0"])).sum(),
                "inverse propensity": (treated * y - control * y).sum(),
                "normalised weights": g.sum()
                * (
                    (treated * y).sum() / treated.sum()
                    - (control * y).sum() / control.sum()
                ),
            }.get(row.estimator)
            if effect is not None:
                sums.append(margin * effect - cost * g.sum())
        if sums:
            assert row.profit == pytest.approx(np.median(sums), rel=1e-9, abs=1e-6)


def of_population(units: pd.DataFrame, row) -> pd.DataFrame:
    """Return the units of the design and population of a row."""
    return units.query("design == @row.design and population == @row.population")


def median_size(units: pd.DataFrame) -> float:
    """Return the number of units of a split, median over splits."""
    return units.groupby("split_id").size().median()


def effective_size(own: pd.DataFrame) -> float:
    """Return Kish's size of the units whose arm is the policy's, median over splits."""
    agrees = own["is_treated"] == own["target"]
    arm = np.where(own["is_treated"] == 1, own["propensity"], 1 - own["propensity"])
    weights = (agrees / arm).groupby(own["split_id"])
    return (weights.sum() ** 2 / weights.apply(lambda w: (w**2).sum())).median()


@slow
def test_parts_are_graded_apart_and_the_choice_follows_from_them(real, profits):
    built = real.sql("from evidence.fct_policy_choice").df()
    for row in built.itertuples():
        own = of_population(profits[row.policy], row)
        for part in ("choose", "validate", "report"):
            units = own[own["part"] == part]
            # Graded per unit of the part.
            value, spread = (number / median_size(units) for number in graded(units))
            assert getattr(row, f"{part}_profit") == pytest.approx(value, abs=1e-9)
            if part != "choose":
                lower = getattr(row, f"{part}_ci_lower")
                assert lower == pytest.approx(value - Z_95 * spread, abs=1e-9)
    # Whole households stand in one part.
    parts = profits["treat_all"].groupby("household_id")["part"].nunique()
    assert parts.eq(1).all()


@slow
def test_tree_targets_are_what_the_rules_say(real):
    rules = real.sql("from fitted.py_policy_trees where fold != 0").df()
    units = real.sql("from intermediate.int_policy_tree_units").df()
    said = real.sql("from intermediate.int_policy_tree_targets").df()
    assert len(said) == len(units) * rules["policy"].nunique()
    keys = ["design", "split_id", "fold"]
    n_checked = 0
    for (policy, *key), own in rules.groupby(["policy", *keys]):
        members = units[(units[keys] == key).all(axis=1)]
        decisions = pd.Series(-1, index=members.index)
        for _, leaf in own.groupby("leaf_id"):
            met = pd.Series(True, index=members.index)
            for row in leaf.dropna(subset="covariate").itertuples():
                low = members[row.covariate] <= row.threshold
                met &= low if row.operator == "<=" else ~low
            decisions[met] = leaf["is_target"].iloc[0]
        mine = members[POLICY_UNIT].assign(mine=decisions)
        both = mine.merge(said[said["policy"] == policy])
        assert len(both) == len(members)
        assert (both["mine"] == both["is_target"]).all()
        n_checked += len(both)
    assert n_checked == len(said)


@slow
def test_roi_curve_equals_numpy_and_ends_at_treat_all(real, ranks):
    curve = real.sql("from marts.fct_roi_curve").df()
    assert len(curve) == 100 * n_populations(ranks)
    margin, cost = VARS["margin"], contact_cost(real)
    worth = margin * ranks["dr_score"] - cost
    for row in curve.itertuples():
        target = ranks["rank_share"] <= row.percent_targeted / 100
        units = of_population(ranks.assign(profit=worth * target, target=target), row)
        profit, error = graded(units)
        n_targeted = units["target"].sum() / units["split_id"].nunique()
        np.testing.assert_allclose(
            [row.profit, row.std_error, row.n_targeted, row.roi],
            [profit, error, n_targeted, profit / (cost * n_targeted)],
            rtol=1e-9,
            atol=1e-6,
        )
        effect, spread = graded(units.assign(profit=units["dr_score"] * target))
        np.testing.assert_allclose(
            [row.uplift, row.uplift_ci_upper],
            [effect / n_targeted, (effect + Z_95 * spread) / n_targeted],
            rtol=1e-9,
            atol=1e-6,
        )
        # The next dollar earns what the last five per cent of units did per dollar.
        is_last = units["target"] & (
            units["rank_share"] > (row.percent_targeted - 5) / 100
        )
        last, error = graded(units.assign(profit=units["profit"] * is_last))
        spent = cost * is_last.sum() / units["split_id"].nunique()
        np.testing.assert_allclose(
            [row.marginal_profit, row.marginal_ci_lower],
            [last / spent, (last - Z_95 * error) / spent],
            rtol=1e-9,
            atol=1e-6,
        )
    both = real.sql(
        "select curve.profit, curve.std_error, policies.profit, policies.std_error "
        "from marts.fct_roi_curve as curve "
        "inner join marts.fct_policy_values as policies "
        "using (design, population) "
        "where percent_targeted = 100 and policy = 'treat_all'"
    ).fetchall()
    assert len(both) == n_populations(ranks)
    for end in both:
        assert end[:2] == pytest.approx(end[2:])


@pytest.fixture(scope="module")
def scrambled_warehouse(real_warehouse: Path, scratch_folder: Path) -> Path:
    """The grades after every predicted effect was replaced by noise."""
    warehouse = scratch_folder / "scrambled" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        copied = (
            "fitted.py_causal_forest",
            "fitted.py_cate_learners",
            "fitted.py_outcome_means",
            "fitted.py_stack_weights",
            "intermediate.int_comparable_units",
            "intermediate.int_unit_costs",
            "intermediate.int_design_cautions",
            "intermediate.int_design_checks",
            "intermediate.int_estimation_units",
            "intermediate.int_household_parts",
            "intermediate.int_learner_losses",
            "intermediate.int_policy_tree_targets",
            "intermediate.int_unit_outcomes",
            "intermediate.int_unit_propensities",
            "evidence.fct_target_populations",
            "seeds.cate_learners",
            "seeds.policies",
            "seeds.words",
        )
        copy_tables(connection, real_warehouse, copied)
        connection.execute("select setseed(0.5)")
        connection.execute(
            "update fitted.py_causal_forest set cate = 400 * random() - 200"
        )
        connection.execute(
            "update fitted.py_causal_forest set ci_lower = cate - 50 * random()"
        )
    models = ["int_dr_scores", "int_cate_constants", "int_learner_effects"]
    models += ["int_cate_predictions", "int_ranking_values", "int_cate_ranks"]
    models += ["int_policy_quintiles", "int_policy_units", "int_policy_rewards"]
    models += ["int_policy_households", "int_policy_comparisons", "int_policy_sizes"]
    models += ["int_policy_values", "int_policy_money", "fct_policy_values"]
    run_dbt_or_fail(["run", "--select", *models], warehouse, threads=1)
    return warehouse


@slow
def test_grades_never_read_the_predicted_effect(real, scores, scrambled_warehouse):
    with duckdb.connect(str(scrambled_warehouse), read_only=True) as connection:
        scrambled_scores = connection.sql("from intermediate.int_dr_scores").df()
        scrambled = connection.sql("from marts.fct_policy_values").df()
    pd.testing.assert_frame_equal(
        *(
            frame.sort_values([*SPLIT, *UNIT[1:]], ignore_index=True)
            for frame in (scores, scrambled_scores)
        )
    )
    built = real.sql("from marts.fct_policy_values").df()
    keys = ["design", "population", "policy"]
    both = built.merge(scrambled, on=keys, suffixes=("", "_scrambled"))
    # Segments and trees look at the scores of other folds, RFM at the look-back.
    reads_effect = both["policy"].str.contains("effect_|top_|risk_|conservative")
    for column in ("n_targeted", "profit", "std_error", "profit_vs_current"):
        same = np.isclose(both[column], both[f"{column}_scrambled"], rtol=1e-9)
        assert same[~reads_effect].all(), column
    # Noise does change whom the other policies choose, and so what they earn.
    changed = both.loc[reads_effect, ["profit", "profit_scrambled"]]
    assert len(changed) == 11 * n_populations(both)
    assert (changed["profit"] != changed["profit_scrambled"]).all()


# --- scaling, factors and segments -------------------------------------------------


def _wide(frame: pd.DataFrame, columns: str, values: str) -> pd.DataFrame:
    return frame.pivot(
        index=["window_id", "household_id"], columns=columns, values=values
    )


@slow
def test_scaled_features_are_sklearns_min_max_between_the_outer_percentiles(real):
    rows = real.sql("from intermediate.int_feature_values").df()
    values = _wide(rows, "feature", "feature_value")
    rules = rows.drop_duplicates("feature").set_index("feature")
    days = rows.groupby(["window_id", "household_id"])["n_window_days"].first()
    full = values.loc["full"]
    filled = values.copy()
    for feature, rule in rules["fill_rule"].items():
        fills = {"median": full[feature].median(), "zero": 0.0, "window_days": days}
        fills |= {"visit_gap": days, "repeat_visits": fills["median"]}
        fill = fills[rule]
        filled[feature] = values[feature].fillna(fill)
        if rules.loc[feature, "grows_with_window"]:
            windows = values[feature].groupby("window_id")
            # Of the mean of the same households over the year.
            ratio = {
                window: full.loc[rows.index.droplevel(0), feature].mean() / rows.mean()
                for window, rows in windows
            }
            filled[feature] *= filled.index.get_level_values(0).map(ratio)
    # Fitted to the 1 % and the 99 % quantile, which become 0 and 1.
    ends = filled.loc["full"].quantile([0.01, 0.99])
    scaler = MinMaxScaler(clip=True).fit(ends)
    expected = pd.DataFrame(
        scaler.transform(filled), index=filled.index, columns=filled.columns
    )
    built = _wide(
        real.sql("from intermediate.int_scaled_features").df(),
        "feature",
        "scaled_value",
    )
    assert built.shape[1] == 33
    pd.testing.assert_frame_equal(built, expected, rtol=1e-8, atol=1e-8)
    outside = (built.loc["full"] == 0) | (built.loc["full"] == 1)
    assert outside.mean().min() >= 0.01


@slow
def test_factor_scores_are_sklearns_nmf_with_the_loadings_held(real):
    scaled = real.sql(
        "from intermediate.int_scaled_features where window_id = 'full' and is_reduced"
    )
    x = _wide(scaled.df(), "feature", "scaled_value")
    loadings = real.sql("from fitted.py_nmf_loadings").df()
    h = loadings.pivot(index="factor", columns="feature", values="loading")
    w, _, _ = non_negative_factorization(
        x.to_numpy(),
        H=h[x.columns].to_numpy(),
        n_components=len(h),
        update_H=False,
        tol=1e-9,
        max_iter=5_000,
    )
    scores = real.sql(
        "from intermediate.int_factor_scores where window_id = 'full'"
    ).df()
    built = _wide(scores, "factor", "score").loc[x.index]
    # Coordinate descent stops near the minimum that least squares meets.
    np.testing.assert_allclose(built, w, rtol=0, atol=1e-4)


@slow
def test_households_join_the_nearest_centroid_of_a_settled_k_means(real):
    assert real.sql(
        "select distinct precision, log_weight from fitted.py_segment_model"
    ).fetchall() == [(1.0, 0.0)], "not K-Means: this oracle does not apply"
    scores = _wide(
        real.sql("from intermediate.int_factor_scores").df(), "factor", "score"
    )
    centroids = (
        real.sql("from fitted.py_segment_model where axis = other_axis")
        .df()
        .pivot(index="cluster", columns="axis", values="centroid")
    )
    distances = cdist(scores, centroids, metric="sqeuclidean")
    built = real.sql("from intermediate.int_segment_clusters").df()
    built = built.set_index(["window_id", "household_id"]).loc[scores.index]
    np.testing.assert_array_equal(built["cluster"], distances.argmin(axis=1) + 1)
    np.testing.assert_allclose(built["cost"], distances.min(axis=1), atol=1e-11)
    full = scores.loc["full"].to_numpy()
    model = KMeans(len(centroids), init=centroids.to_numpy(), n_init=1).fit(full)
    np.testing.assert_allclose(model.cluster_centers_, centroids, **EXACT)
    np.testing.assert_array_equal(built.loc["full", "cluster"], model.labels_ + 1)


# --- design: what the earlier system got wrong -------------------------------------


@slow
def test_no_covariate_reads_a_day_from_time_zero_on(real):
    """The look-back ends on the day before, by the transactions themselves."""
    units = real.sql(
        """
        with

        windows as (
            select distinct
                household_id,
                window_id,
                time_zero_day,
                lookback_start_day
            from intermediate.int_trial_units
        ),

        sales as (
            select
                windows.*,
                sum(lines.sales_value) as sales
            from windows
            inner join staging.stg_transactions as lines
                on windows.household_id = lines.household_id
                and lines.day between lookback_start_day and time_zero_day - 1
            group by all
        )

        select
            units.design,
            units.time_zero_day,
            sales,
            features.last_purchase_day,
            features.monetary_sales,
            covariates.monetary_sales as covariate
        from intermediate.int_trial_units as units
        inner join sales
            using (household_id, window_id, time_zero_day, lookback_start_day)
        inner join intermediate.int_window_features as features
            using (household_id, window_id)
        left join intermediate.int_unit_covariates as covariates
            using (design, campaign_id, household_id)
        """
    ).df()
    trial_units = real.sql("from intermediate.int_trial_units").df()
    assert len(units) == len(trial_units)
    assert set(units["design"]) == set(DESIGNS.index)
    assert (units["last_purchase_day"] < units["time_zero_day"]).all()
    assert (units["monetary_sales"].astype(float) == units["sales"].astype(float)).all()
    # What a design leaves out has no covariates.
    used = units[units["covariate"].notna()]
    drops = DESIGNS["drops_contaminated"][units["design"]].to_numpy()
    assert units.loc[~drops, "covariate"].notna().all()
    assert (used["covariate"] == used["sales"].astype(float)).all()


@slow
def test_both_arms_of_a_campaign_have_the_same_windows(real):
    units = real.sql("from intermediate.int_trial_units").df()
    assert set(units["design"]) == set(DESIGNS.index)
    windows = ["lookback_start_day", "time_zero_day", "outcome_end_day"]
    for _, campaign in units.groupby(["design", "campaign_id"]):
        assert set(campaign["is_treated"]) == {True, False}
        assert len(campaign[windows].drop_duplicates()) == 1
    ratio = DESIGNS["lookback_ratio"][units["design"]].to_numpy()
    days = np.floor(VARS["lookback_days"]["completejourney"] * ratio)
    assert (units["time_zero_day"] - units["lookback_start_day"] == days).all()


@slow
def test_controls_that_bought_nothing_are_in_the_sample(real):
    """What a household does after time zero does not decide who is in the sample."""
    counts = real.sql(
        "select design, count(*) from marts.fct_trial_units "
        "where not is_treated and purchase_amount = 0 group by design"
    ).fetchall()
    assert {design for design, n_units in counts if n_units} == MAIN_DESIGNS


@slow
def test_discounts_are_positive_and_no_line_is_lost_by_its_sign(real):
    """Against the raw file, in which eight discounts are dust below half a cent."""
    names = {
        "retail_discount": "retail_disc",
        "coupon_discount": "coupon_disc",
        "coupon_match_discount": "coupon_match_disc",
    }
    lines = "staging.stg_transactions"
    raw = f"'{bundled_data_dir().as_posix()}/transactions.parquet'"
    for name, raw_name in names.items():
        staged, original = (
            real.sql(
                "select count(*), "
                f"count(*) filter (abs({column}) >= 0.005), min({column}), "
                f"sum(abs({column}))::decimal(18, 2) from {table}"
            ).fetchone()
            for table, column in ((lines, name), (raw, raw_name))
        )
        assert staged[2] == 0
        assert (staged[0], staged[1], staged[3]) == (
            original[0],
            original[1],
            original[3],
        )


@slow
@pytest.mark.parametrize("design", sorted(MAIN_DESIGNS))
def test_every_household_has_its_fates_and_every_exclusion_its_reason(real, design):
    fates = real.sql(
        f"from evidence.fct_trial_exclusions where design = '{design}'"
    ).df()
    campaigns = real.sql(
        "select campaign_id, exclusion_reason from intermediate.int_trial_campaigns "
        f"where design = '{design}'"
    ).df()
    rule = DESIGNS.loc[design]
    # Of every household the number of its first campaign in the order of time.
    first_campaigns = real.sql(
        f"""
        with numbered as (
            select
                campaign_id,
                row_number() over (order by start_day, campaign_id) as number
            from staging.stg_campaigns
            where contains('{rule["campaign_types"]}', campaign_type)
        )

        select
            household_id,
            min(number) as first_number
        from (select distinct household_id from staging.stg_transactions)
        left join staging.stg_campaign_targets using (household_id)
        left join numbered using (campaign_id)
        group by household_id
        """
    ).df()["first_number"]
    numbers = real.sql(
        f"""
        select
            campaign_id,
            row_number() over (order by start_day, campaign_id) as number
        from staging.stg_campaigns
        where contains('{rule["campaign_types"]}', campaign_type)
        """
    ).df()
    numbers = numbers.set_index("campaign_id")["number"]
    assert set(numbers.index) == set(campaigns["campaign_id"])
    treated, control = fates[fates["is_treated"]], fates[~fates["is_treated"]]
    # A treated household stands in its first campaign, a control before each; where a
    # control may be sent one later, before each until then.
    assert treated["n_households"].sum() == first_campaigns.notna().sum()
    candidates = control.groupby("campaign_id")["n_households"].sum()
    may_be_sent_later = rule["control_rule"] == "not yet sent"
    n_never_sent = first_campaigns.isna().sum()
    for campaign_id, number in numbers.items():
        n_later = (first_campaigns > number).sum() if may_be_sent_later else 0
        assert candidates[campaign_id] == n_never_sent + n_later
    drawn = control[control["fate"] == "in the sample"]
    if may_be_sent_later:
        assert "control drawn for another campaign" not in set(fates["fate"])
        assert drawn["n_households"].sum() > n_never_sent
    else:
        assert 0 < drawn["n_households"].sum() <= n_never_sent
    for campaign in campaigns.itertuples():
        own = fates[fates["campaign_id"] == campaign.campaign_id]
        assert not own.empty
        if isinstance(campaign.exclusion_reason, str):
            reason = f"campaign excluded: {campaign.exclusion_reason}"
            assert set(own["fate"]) == {reason}
        else:
            assert not own["fate"].str.startswith("campaign excluded").any()
    sample = fates[fates["fate"] == "in the sample"]
    built = sample.set_index(["campaign_id", "is_treated"])["n_households"]
    units = real.sql(f"from marts.fct_trial_units where design = '{design}'").df()
    expected = units.groupby(["campaign_id", "is_treated"]).size()
    pd.testing.assert_series_equal(
        built.sort_index(), expected, check_names=False, check_dtype=False
    )
