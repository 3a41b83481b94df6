"""Race, agreement and validation of the learners against other libraries.

SQL sums terms of 12 decimal places and marts are rounded to nine, hence the tolerances.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from dbt_runner import copy_tables, run_dbt_or_fail
from econml.validate import DRTester
from scipy import stats

pytestmark = pytest.mark.slow

UNIT = ["design", "campaign_id", "household_id"]
LEARNER = ["design", "outcome", "learner"]
N_GROUPS = 5
EXACT = {"rtol": 1e-7, "atol": 1e-7}


@pytest.fixture(scope="module")
def scored(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Predictions beside the scores of the same split."""
    return real.sql(
        f"""
        select predictions.learner, predictions.cate, scores.*
        from intermediate.int_cate_predictions as predictions
        inner join intermediate.int_dr_scores as scores
            using ({", ".join(UNIT)}, outcome, split_id)
        order by learner, outcome, split_id, {", ".join(UNIT)}
        """
    ).df()


# --- race ---------------------------------------------------------------------------


def test_losses_and_their_paired_errors_are_those_of_the_formulas(
    real: duckdb.DuckDBPyConnection, scored: pd.DataFrame
) -> None:
    y, t, e = (scored[c] for c in ("outcome_value", "is_treated", "propensity"))
    m = e * scored["mu1"] + (1 - e) * scored["mu0"]
    rows = scored.assign(
        r_loss=((y - m) - (t - e) * scored["cate"]) ** 2,
        dr_loss=(scored["dr_score"] - scored["cate"]) ** 2,
    )
    # The splits in which all learners of the outcome race.
    of_split = rows.groupby(["design", "outcome", "split_id"])["learner"].transform
    of_all = rows.groupby(["design", "outcome"])["learner"].transform("nunique")
    rows = rows[of_split("nunique") == of_all]
    marts = real.sql("from evidence.fct_learner_losses").df()
    assert set(marts["learner"]) >= set(scored["learner"])
    n_compared = 0
    for (design, outcome, loss), built in marts.groupby(["design", "outcome", "loss"]):
        race = rows[(rows["design"] == design) & (rows["outcome"] == outcome)]
        keys = [*UNIT, "split_id"]
        wide = race.pivot(index=keys, columns="learner", values=loss)
        built = built.set_index("learner")
        assert set(built.index) == set(wide)
        best = wide.mean().idxmin()
        for learner, row in built.iterrows():
            assert row["mean_loss"] == pytest.approx(wide[learner].mean(), rel=1e-9)
            difference = (wide[learner] - wide[best]).to_numpy()
            assert row["difference_to_best"] == pytest.approx(
                difference.mean(), rel=1e-7, abs=1e-6
            )
            if learner == best:
                assert row["std_error"] == 0
                continue
            households = wide.index.get_level_values("household_id")
            fit = sm.OLS(difference, np.ones(len(difference))).fit(
                cov_type="cluster", cov_kwds={"groups": households}
            )
            # statsmodels also corrects by (n - 1) / n for rows within clusters.
            assert row["std_error"] == pytest.approx(fit.bse[0], rel=1e-3)
            n_compared += 1
        within = built[built["difference_to_best"] <= built["std_error"]]
        (chosen,) = built.index[built["is_chosen"]]
        assert chosen == within["complexity_rank"].idxmin()
    assert n_compared > 0


def test_constants_are_those_of_the_other_folds(scored: pd.DataFrame) -> None:
    scores = scored[scored["learner"] == "t_learner"]
    t, e = scores["is_treated"], scores["propensity"]
    m = e * scores["mu1"] + (1 - e) * scores["mu0"]
    scores = scores.assign(xy=(scores["outcome_value"] - m) * (t - e), xx=(t - e) ** 2)
    np.testing.assert_array_equal(scores["cate"], scores["mu1"] - scores["mu0"])
    n_folds = 0
    for key, split in scores.groupby(["design", "outcome", "split_id"]):
        for fold in split["fold"].unique():
            others = split[split["fold"] != fold]
            own = scored[
                (scored[["design", "outcome", "split_id"]] == list(key)).all(axis=1)
                & (scored["fold"] == fold)
            ]
            for learner, expected in {
                "constant": others["dr_score"].mean(),
                "constant_overlap": others["xy"].sum() / others["xx"].sum(),
            }.items():
                built = own.loc[own["learner"] == learner, "cate"]
                assert len(built) == (split["fold"] == fold).sum()
                np.testing.assert_allclose(built, expected, rtol=1e-9)
            n_folds += 1
    assert n_folds > 0


# --- agreement ----------------------------------------------------------------------


def test_agreement_is_that_of_scipy_inside_folds(
    real: duckdb.DuckDBPyConnection,
) -> None:
    ranks = real.sql(
        "select ranks.* from intermediate.int_cate_ranks as ranks "
        "inner join seeds.cate_learners using (learner) where kind = 'learner'"
    ).df()
    folds = ranks.groupby([*LEARNER, "split_id", "fold"])["ranking_value"]
    # scipy gives equal effects the mean of their ranks.
    ranks["own_rank"] = folds.transform(stats.rankdata) / folds.transform("size")
    for column in ("ranking_value", "own_rank"):
        of_fold = ranks.groupby([*LEARNER, "split_id", "fold"])[column]
        ranks[f"centred_{column}"] = ranks[column] - of_fold.transform("mean")
    built = real.sql("from evidence.fct_learner_agreement").df()
    assert len(built) > 0
    for row in built.itertuples():
        of_pair = ranks[
            (ranks["design"] == row.design) & (ranks["outcome"] == row.outcome)
        ]
        a, b = (
            of_pair[of_pair["learner"] == name]
            for name in (row.learner_a, row.learner_b)
        )
        both = a.merge(b, on=UNIT)
        is_compared = (
            both["split_id_x"] < both["split_id_y"]
            if row.learner_a == row.learner_b
            else both["split_id_x"] == both["split_id_y"]
        )
        both = both[is_compared]
        of_splits = [
            (
                stats.pearsonr(
                    s["centred_ranking_value_x"], s["centred_ranking_value_y"]
                ).statistic,
                stats.pearsonr(
                    s["centred_own_rank_x"], s["centred_own_rank_y"]
                ).statistic,
                (np.sign(s["ranking_value_x"]) == np.sign(s["ranking_value_y"])).mean(),
                (s.loc[s["rank_share_x"] <= 0.2, "rank_share_y"] <= 0.2).mean(),
            )
            for _, s in both.groupby(["split_id_x", "split_id_y"])
        ]
        values = [row.pearson, row.spearman, row.same_sign_share, row.top_20_overlap]
        np.testing.assert_allclose(values, np.median(of_splits, axis=0), atol=1e-6)


# --- the metrics of the source study ----------------------------------------------


def raw_uplift_metrics(units: pd.DataFrame) -> dict[str, float]:
    """Return the source study's metrics of one split, by their definitions."""
    order = np.argsort(-units["ranking_value"].to_numpy(), kind="stable")
    y, t = (units[c].to_numpy()[order] for c in ("outcome_value", "is_treated"))
    shares = np.arange(1, 11) / 10
    uplift, qini = [], []
    for k in np.floor(len(y) * np.arange(1, 11) / 10).astype(int):
        treated, control = y[:k][t[:k] == 1], y[:k][t[:k] == 0]
        both = len(treated) and len(control)
        uplift.append(treated.mean() - control.mean() if both else 0.0)
        ratio = len(treated) / len(control) if len(control) else 0.0
        qini.append(treated.sum() - control.sum() * ratio)
    return {
        "auuc_raw": np.trapezoid(uplift, shares),
        "qini_raw": np.trapezoid(qini, shares)
        - np.trapezoid(shares * qini[-1], shares),
        "uplift_10_raw": uplift[0],
        "uplift_20_raw": uplift[1],
    }


def test_raw_uplift_metrics_follow_the_source_study(
    real: duckdb.DuckDBPyConnection,
) -> None:
    ranks = real.sql(
        "from intermediate.int_cate_ranks "
        # Without equal predictions, whose order the source study leaves open.
        "where learner in ('causal_forest', 'linear_dml', 't_learner')"
    ).df()
    built = real.sql("from evidence.fct_cate_validation where test like '%_raw'").df()
    assert set(built["verdict"]) == {"kept for comparison only: ranks by selection"}
    assert "random" in set(built["learner"])
    built = built.set_index([*LEARNER, "test"])["value"]
    for key, units in ranks.groupby(LEARNER):
        splits = [raw_uplift_metrics(split) for _, split in units.groupby("split_id")]
        for test in splits[0]:
            expected = np.median([split[test] for split in splits])
            assert built[(*key, test)] == pytest.approx(expected, rel=1e-9), test


# --- validation against econml ------------------------------------------------------


@pytest.fixture(scope="module")
def one_fold(
    real_warehouse: Path, scratch_folder: Path
) -> Iterator[tuple[duckdb.DuckDBPyConnection, pd.DataFrame]]:
    """A warehouse whose units are one fold, as econml has it, and its units.

    As many units as groups of equal size have: a quantile is then between two units.
    """
    warehouse = scratch_folder / "one_fold" / "retail_uplift.duckdb"
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        copied = (
            "intermediate.int_estimation_units",
            "intermediate.int_unit_propensities",
            "seeds.cate_learners",
        )
        copy_tables(connection, real_warehouse, copied)
        (n_units,) = connection.sql(
            "select count(*) from real.intermediate.int_estimation_units "
            "where design = 'first_type_a'"
        ).fetchone()
        connection.execute(
            f"""
            create table kept as
            select {", ".join(UNIT)} from real.intermediate.int_estimation_units
            where design = 'first_type_a'
            order by household_id, campaign_id
            limit {n_units - n_units % N_GROUPS}
            """
        )
        # econml sets no households aside to report on.
        connection.execute(
            """
            create table intermediate.int_household_parts as
            select distinct household_id, 'choose' as part from kept
            """
        )
        for table in ("int_dr_scores", "int_cate_predictions"):
            connection.execute(
                f"""
                create table intermediate.{table} as
                select * replace (1 as fold) from real.intermediate.{table}
                semi join kept using ({", ".join(UNIT)})
                where outcome = 'purchase_amount' and split_id = 1
                """
            )
    models = ["int_cate_slopes", "int_ranking_values", "int_cate_ranks"]
    models += ["int_cate_group_units", "int_cate_groups"]
    models += ["int_cate_calibrations", "int_toc_draws", "int_toc_steps"]
    models += ["int_toc_samples", "int_toc_curves"]
    run_dbt_or_fail(["run", "--select", *models], warehouse, threads=1)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        units = connection.sql(
            f"""
            select learner, cate, dr_score
            from intermediate.int_cate_predictions
            inner join intermediate.int_dr_scores using ({", ".join(UNIT)})
            """
        ).df()
        yield connection, units


def econml_tester(units: pd.DataFrame, learner: str) -> DRTester:
    """Return econml's tester with our scores and predictions."""
    rows = units[units["learner"] == learner]
    result = DRTester(model_regression=None, model_propensity=None, cate=None)
    result.dr_val_ = result.dr_train_ = rows[["dr_score"]].to_numpy()
    result.cate_preds_val_ = result.cate_preds_train_ = rows[["cate"]].to_numpy()
    result.ate_val = result.dr_val_.mean(axis=0)
    result.n_treat, result.treatments = 1, np.array([0, 1])
    return result


# Learners that never predict the same effect twice: econml gives equal ones to two
# groups.
DISTINCT = ["causal_forest", "linear_dml", "t_learner"]


@pytest.mark.parametrize("learner", DISTINCT)
def test_slopes_are_those_of_econml(one_fold, learner: str) -> None:
    connection, units = one_fold
    (slope, error), *_ = connection.sql(
        "select slope, std_error from intermediate.int_cate_slopes "
        f"where learner = '{learner}'"
    ).fetchall()
    expected = econml_tester(units, learner).evaluate_blp()
    assert slope == pytest.approx(expected.params[0], rel=1e-8)
    # econml takes all scores to be equally uncertain, which those of unlikely units are
    # not; test_validation_oracle holds our error against one that does not.
    assert 1 / 5 < error / expected.errs[0] < 5


@pytest.mark.parametrize("learner", DISTINCT)
def test_calibration_is_that_of_econml(one_fold, learner: str) -> None:
    connection, units = one_fold
    expected = econml_tester(units, learner).evaluate_cal(n_groups=N_GROUPS)
    table = expected.plot_data_dict[1]
    built = connection.sql(
        f"from intermediate.int_cate_groups where learner = '{learner}' "
        "order by cate_group"
    ).df()
    np.testing.assert_allclose(built["gate"], table["gate"], **EXACT)
    np.testing.assert_allclose(built["mean_cate"], table["g_cate"], **EXACT)
    # econml divides by n, not n - 1.
    np.testing.assert_allclose(built["std_error"], table["se_gate"], rtol=5e-3)
    ((r_squared,),) = connection.sql(
        "select calibration_r2 from intermediate.int_cate_calibrations "
        f"where learner = '{learner}'"
    ).fetchall()
    assert r_squared == pytest.approx(expected.cal_r_squared[0], rel=1e-7)


@pytest.mark.parametrize("learner", DISTINCT)
@pytest.mark.parametrize(("metric", "name"), [("autoc", "toc"), ("qini", "qini")])
def test_ranking_metrics_are_those_of_econml(
    one_fold, learner: str, metric: str, name: str
) -> None:
    connection, units = one_fold
    rows = units[units["learner"] == learner]
    assert rows["cate"].is_unique
    n = len(rows)
    # Between each two units, from all but the last to the first alone.
    percentiles = 100 * (np.arange(n - 1) + 0.5) / (n - 1)
    expected = econml_tester(units, learner).evaluate_uplift(
        percentiles=percentiles, metric=name, n_bootstrap=2
    )
    samples = connection.sql(
        f"select sample_id, {metric} as value from intermediate.int_toc_samples "
        f"where learner = '{learner}'"
    ).df()
    value = samples.loc[samples["sample_id"] == 0, "value"].item()
    # econml's grid has one step less than we have units, and leaves out the first unit.
    first = rows.sort_values("cate")["dr_score"].iloc[-1] - rows["dr_score"].mean()
    first /= {"autoc": 1, "qini": n}[metric]
    assert n * value == pytest.approx((n - 1) * expected.params[0] + first, rel=1e-6)
    # Half-samples know a spread to 5 %; the influence function leaves out what the
    # first unit moves.
    error = samples.loc[samples["sample_id"] > 0, "value"].std()
    assert error == pytest.approx(expected.errs[0], rel=0.25)


@pytest.mark.parametrize("learner", DISTINCT)
def test_curves_are_those_of_econml(one_fold, learner: str) -> None:
    connection, units = one_fold
    n = (units["learner"] == learner).sum()
    firsts = n * np.arange(1, 20) // 20
    percentiles = 100 * (n - firsts - 0.5) / (n - 1)
    expected = econml_tester(units, learner).evaluate_uplift(
        percentiles=percentiles, metric="toc", n_bootstrap=2
    )
    built = connection.sql(
        "select toc from intermediate.int_toc_curves where sample_id = 0 "
        f"and step < 20 and learner = '{learner}' order by step"
    ).df()
    curve = expected.curves[1]["value"]
    np.testing.assert_allclose(built["toc"], curve, **EXACT)


def test_random_orders_scatter_around_0(real: duckdb.DuckDBPyConnection) -> None:
    rows = real.sql(
        "select autoc, qini from intermediate.int_toc_samples "
        "where learner = 'random' and sample_id > 0 and split_id = 1"
    ).df()
    # 200 orders: their mean lies within 3 of its standard errors.
    limits = 3 * rows.std() / np.sqrt(len(rows))
    assert (rows.mean().abs() < limits).all()
    bands = real.sql(
        "select distinct design, test, random_lower, random_upper "
        "from evidence.fct_cate_validation where test in ('autoc', 'qini')"
    ).df()
    assert len(bands) == 2 * bands["design"].nunique() > 0
    assert (bands["random_lower"] < 0).all()
    assert (bands["random_upper"] > 0).all()
