"""Sensitivity and propensity diagnostics of the real year against libraries."""

import csv

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from dbt_runner import REPOSITORY
from scipy import optimize, stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

EXACT = {"rtol": 1e-9, "atol": 1e-9}
Z_95 = stats.norm.ppf(0.975)
UNIT = ["design", "campaign_id", "household_id"]
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]
slow = pytest.mark.slow


def seed_groups() -> dict[str, list[str]]:
    """Return the covariates of the seed by group."""
    groups: dict[str, list[str]] = {}
    with (REPOSITORY / "seeds/effects/covariates.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["covariate_group"], []).append(row["covariate"])
    return groups


def test_the_seed_lists_the_columns_that_are_covariates(real):
    listed = {name for members in seed_groups().values() for name in members}
    columns = set(real.table("intermediate.int_unit_covariates").columns)
    keys = {"design", "campaign_id", "household_id", "is_treated"}
    assert listed == columns - keys


@pytest.fixture(scope="module")
def units(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql(
        "from intermediate.int_estimation_units where is_main_design "
        f"order by {','.join(UNIT)}"
    ).df()


@pytest.fixture(scope="module")
def outcomes(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql(
        "select * from intermediate.int_unit_outcomes inner join seeds.designs "
        f"using (design) where role = 'main' order by outcome, {','.join(UNIT)}"
    ).df()


def clustered_error(influence: np.ndarray, households: np.ndarray) -> float:
    """Return the standard error of a mean from influences with mean 0."""
    sums = np.bincount(np.unique(households, return_inverse=True)[1], influence)
    correction = len(sums) / (len(sums) - 1)
    return np.sqrt(correction * (sums**2).sum()) / len(influence)


def varying_groups(units: pd.DataFrame) -> dict[str, list[str]]:
    """Return the covariates of the seed that vary among the units, by group."""
    return {
        group: kept
        for group, members in seed_groups().items()
        if (kept := [name for name in members if units[name].nunique() > 1])
    }


def headline(real: duckdb.DuckDBPyConnection, design: str, outcome: str) -> tuple:
    return real.execute(
        "select estimand, estimate, std_error from marts.fct_effect_estimates "
        "where is_headline and design = ? and outcome = ?",
        [design, outcome],
    ).fetchone()


# --- hidden causes -----------------------------------------------------------------


@slow
def test_partial_r2_and_bounds_are_those_of_sensemakr(real, units, outcomes):
    """sensemakr's bounds of linear regressions, on the yardstick of our headline."""
    sensemakr = pytest.importorskip("sensemakr")
    built = real.sql("from evidence.fct_confounder_benchmarks").df()
    n_checked = 0
    for (design, outcome), y in outcomes.groupby(["design", "outcome"]):
        own = units[units["design"] == design].reset_index(drop=True)
        groups = varying_groups(own)
        covariates = [name for members in groups.values() for name in members]
        x = own[[*covariates, "is_treated"]].astype(float)
        x[covariates] = StandardScaler().fit_transform(x[covariates])
        campaigns = pd.get_dummies(own["campaign_id"], prefix="campaign").astype(float)
        x = pd.concat([x, campaigns.iloc[:, 1:]], axis=1)
        # Centred and without a constant: sensemakr adds one, and two would be singular.
        values = y["outcome_value"].to_numpy()
        fit = sm.OLS(values - values.mean(), x - x.mean()).fit()
        rows = built[(built["design"] == design) & (built["outcome"] == outcome)]
        assert len(rows) > 2 * len(covariates)
        estimand, estimate, std_error = headline(real, design, outcome)
        (scale,) = real.execute(
            "select scale from intermediate.int_omitted_bias_scales "
            "where design = ? and outcome = ? and estimand = ?",
            [design, outcome, estimand],
        ).fetchone()
        # sensemakr gives up where one multiple is impossible: those have no row.
        possible = {
            key: own_rows.sort_values("multiple")
            for key, own_rows in rows.groupby(["benchmark_level", "benchmark"])
            if len(own_rows) == 3
        }
        bounds = sensemakr.ovb_bounds(
            model=fit,
            treatment="is_treated",
            benchmark_covariates={
                f"{level} {name}": [name] if level == "covariate" else groups[name]
                for level, name in possible
            },
            kd=[1, 2, 3],
            adjusted_estimates=False,
        )
        checked = pd.concat(possible.values())
        treatment_r2, outcome_r2 = (
            np.minimum(bounds[column].to_numpy(dtype=float), 1)
            for column in ("r2dz_x", "r2yz_dx")
        )
        near = {"rtol": 1e-6, "atol": 2e-9}
        np.testing.assert_allclose(
            checked["confounder_treatment_r2"], treatment_r2, **near
        )
        np.testing.assert_allclose(checked["confounder_outcome_r2"], outcome_r2, **near)
        bias = scale * np.sqrt(
            checked["confounder_outcome_r2"]
            * checked["confounder_treatment_r2"]
            / (1 - checked["confounder_treatment_r2"])
        )
        np.testing.assert_allclose(checked["max_bias"], bias, **EXACT)
        lower = estimate - bias - Z_95 * std_error
        upper = estimate + bias + Z_95 * std_error
        np.testing.assert_allclose(checked["ci_lower"], lower, **EXACT)
        np.testing.assert_allclose(checked["ci_upper"], upper, **EXACT)
        n_checked += len(checked)
    assert n_checked > 0.9 * len(built)


@slow
def test_shares_of_the_benchmarks_are_those_of_statsmodels(real, units, outcomes):
    """A covariate's partial R2 is t^2 / (t^2 + df); a group's follows from its F."""
    built = real.sql("from evidence.fct_confounder_benchmarks where multiple = 1").df()
    for (design, outcome), y in outcomes.groupby(["design", "outcome"]):
        own = units[units["design"] == design]
        groups = varying_groups(own)
        covariates = [name for members in groups.values() for name in members]
        x = pd.DataFrame(
            StandardScaler().fit_transform(own[covariates].astype(float)),
            columns=covariates,
        )
        campaigns = pd.get_dummies(own["campaign_id"].to_numpy(), drop_first=True)
        x = sm.add_constant(pd.concat([x, campaigns.astype(float)], axis=1))
        x.columns = x.columns.astype(str)
        t = own["is_treated"].to_numpy()
        fits = {
            "benchmark_treatment_r2": sm.OLS(t, x).fit(),
            "benchmark_outcome_r2": sm.OLS(
                y["outcome_value"].to_numpy(), x.assign(t=t)
            ).fit(),
        }
        rows = built[(built["design"] == design) & (built["outcome"] == outcome)]
        for column, fit in fits.items():
            for row in rows.to_dict("records"):
                name = row["benchmark"]
                if row["benchmark_level"] == "covariate":
                    f = fit.tvalues[name] ** 2 / fit.df_resid
                else:
                    test = fit.f_test(", ".join(f"{c} = 0" for c in groups[name]))
                    f = test.fvalue * test.df_num / test.df_denom
                assert row[column] == pytest.approx(f / (1 + f), rel=1e-6, abs=1e-9)


@slow
def test_e_values_are_those_of_vanderweele_and_ding(real, outcomes):
    built = real.sql("from evidence.fct_sensitivity where analysis = 'E-value'").df()
    assert len(built) == 2 * outcomes.groupby(["design", "outcome"]).ngroups
    for row in built.itertuples():
        own = outcomes[
            (outcomes["design"] == row.design) & (outcomes["outcome"] == row.outcome)
        ]
        variances = own.groupby("is_treated")["outcome_value"].var()
        deviation = np.sqrt(variances.mean())
        _, estimate, std_error = headline(real, row.design, row.outcome)
        distance = abs(estimate)
        if row.scenario == "E-value of the interval":
            distance = max(0, distance - Z_95 * std_error)
        # The E-value is the strength e for which the bias factor e^2 / (2 e - 1) is the
        # risk ratio that is to be explained away.
        risk_ratio = np.exp(0.91 * distance / deviation)
        e = row.confounder_strength
        assert e >= 1
        assert e**2 / (2 * e - 1) == pytest.approx(risk_ratio, rel=1e-8)


@slow
def test_assumption_bounds_are_those_of_manski(real, outcomes):
    built = real.sql(
        "from evidence.fct_sensitivity where analysis = 'assumption bounds'"
    ).df()
    n_pairs = outcomes.groupby(["design", "outcome"]).ngroups
    assert len(built) == 8 * n_pairs
    for (design, outcome), own in outcomes.groupby(["design", "outcome"]):
        rows = built[(built["design"] == design) & (built["outcome"] == outcome)]
        limits = rows.set_index("scenario")
        t = own["is_treated"].to_numpy()
        for suffix, quantile in (
            ("", 1.0),
            (", capped outcome", VARS["bounds_outcome_quantile"]),
        ):
            y = own["outcome_value"].to_numpy()
            a, b = y.min(), np.quantile(y, quantile)
            y = np.minimum(y, b)
            p, mean1, mean0 = t.mean(), y[t == 1].mean(), y[t == 0].mean()
            lower = p * mean1 + (1 - p) * a - (1 - p) * mean0 - p * b
            upper = p * mean1 + (1 - p) * b - (1 - p) * mean0 - p * a
            assert upper - lower == pytest.approx(b - a)
            # The bound is a mean, and so is its error.
            terms = t * (y - b) + (1 - t) * (a - y)
            fit = sm.OLS(terms, np.ones(len(t))).fit(
                cov_type="cluster", cov_kwds={"groups": own["household_id"]}
            )
            influence = t * (y - mean1) / p - (1 - t) * (y - mean0) / (1 - p)
            naive_error = clustered_error(influence, own["household_id"].to_numpy())
            ends = {
                "no assumption": (lower, fit.bse[0], upper, fit.bse[0]),
                "monotone response": (0, 0, upper, fit.bse[0]),
                "monotone selection": (lower, fit.bse[0], mean1 - mean0, naive_error),
                "monotone response and selection": (0, 0, mean1 - mean0, naive_error),
            }
            for scenario, (low, low_error, high, high_error) in ends.items():
                row = limits.loc[scenario + suffix]
                expected = [low, high, low - Z_95 * low_error, high + Z_95 * high_error]
                columns = ["estimate_lower", "estimate_upper", "ci_lower", "ci_upper"]
                np.testing.assert_allclose(row[columns].astype(float), expected, 1e-8)


@slow
def test_rosenbaum_bounds_are_those_of_the_signed_rank_test(real, outcomes):
    built = real.sql("from evidence.fct_rosenbaum_bounds").df()
    breaks = real.sql(
        "from evidence.fct_sensitivity where analysis = 'Rosenbaum bounds'"
    ).df()
    pairs = real.sql("from intermediate.int_independent_pairs").df()
    for _, split in pairs.groupby(["design", "split_id"]):
        members = pd.concat([split["household_id"], split["control_household_id"]])
        assert members.is_unique
    values = outcomes.set_index(["design", "outcome", "campaign_id", "household_id"])
    values = values["outcome_value"].sort_index()
    n_told = 0
    for (design, outcome), rows in built.groupby(["design", "outcome"]):
        assert len(rows) == 21
        y = values[design, outcome]
        p_values, gammas = {}, []
        for split_id, own in pairs[pairs["design"] == design].groupby("split_id"):
            treated, control = (
                y[pd.MultiIndex.from_frame(own[["campaign_id", member]])].to_numpy()
                for member in ("household_id", "control_household_id")
            )
            difference = np.round(treated - control, 9)
            difference = difference[difference != 0]
            ranks = stats.rankdata(np.abs(difference))
            larger = max(ranks[difference > 0].sum(), ranks[difference < 0].sum())

            def largest_p(gamma, ranks=ranks, larger=larger):
                chance = gamma / (1 + gamma)
                mean, variance = (
                    chance * ranks.sum(),
                    chance * (1 - chance) * (ranks**2).sum(),
                )
                return min(1, 2 * stats.norm.sf((larger - mean) / np.sqrt(variance)))

            # Without bias it is the ordinary test.
            test = stats.wilcoxon(difference, correction=False, method="asymptotic")
            assert largest_p(1.0) == pytest.approx(test.pvalue, rel=1e-6)
            p_values[split_id] = [
                (largest_p(g), largest_p(1 / g)) for g in rows["gamma"]
            ]
            gammas.append(
                optimize.brentq(lambda g: largest_p(g) - 0.05, 1, 50)
                if largest_p(1.0) < 0.05
                else 1.0
            )
        row = breaks[(breaks["design"] == design) & (breaks["outcome"] == outcome)]
        if rows["n_pairs"].iloc[0] < VARS["min_group_households"]:
            assert rows[["p_value_upper", "p_value_lower"]].isna().all(axis=None)
            assert row["confounder_strength"].isna().tolist() == [True]
            continue
        n_told += 1
        expected = np.median(list(p_values.values()), axis=0)
        np.testing.assert_allclose(rows["p_value_upper"], expected[:, 0], atol=1e-6)
        np.testing.assert_allclose(rows["p_value_lower"], expected[:, 1], atol=1e-6)
        assert row["confounder_strength"].tolist() == [
            pytest.approx(np.median(gammas), rel=1e-6)
        ]
    assert n_told > 0


# --- propensity and nuisances ------------------------------------------------------


@slow
def test_the_histogram_counts_each_unit_once(real):
    propensities = real.sql(
        "select * from intermediate.int_unit_propensities inner join seeds.designs "
        "using (design) where role = 'main'"
    ).df()
    median = propensities.groupby([*UNIT, "is_treated"])["raw_propensity"].median()
    built = real.sql("from evidence.fct_propensity_histogram order by bin_lower").df()
    assert set(built["design"]) == set(propensities["design"])
    for (design, is_treated), rows in built.groupby(["design", "is_treated"]):
        own = median.xs((design, int(is_treated)), level=("design", "is_treated"))
        expected, _ = np.histogram(own, bins=np.arange(21) / 20)
        np.testing.assert_array_equal(rows["n_units"], expected)
        assert rows["share"].sum() == pytest.approx(1)


@slow
def test_quality_of_the_nuisances_equals_sklearn_and_statsmodels(real):
    predictions = real.sql("from intermediate.int_nuisance_predictions").df()
    calibration = real.sql(
        "from evidence.fct_nuisance_calibration order by decile"
    ).df()
    built = real.sql("from evidence.fct_nuisance_quality").df()
    keys = ["design", "target", "learner"]
    assert len(built) == predictions.groupby(keys).ngroups
    for row in built.itertuples():
        key = [row.design, row.target, row.learner]
        own = predictions[(predictions[keys] == key).all(axis=1)]
        lines, aucs, deciles = [], [], []
        for _, split in own.groupby("split_id"):
            line = sm.OLS(split["observed"], sm.add_constant(split["predicted"])).fit()
            lines.append(line.params.to_numpy())
            if row.target == "propensity":
                aucs.append(roc_auc_score(split["is_treated"], split["predicted"]))
            order = split.sort_values(["predicted", "household_id", "campaign_id"])
            for k, part in enumerate(np.array_split(np.arange(len(order)), 10)):
                deciles.append(order.iloc[part].assign(decile=k + 1))
        intercept, slope = np.median(lines, axis=0)
        assert row.calibration_slope == pytest.approx(slope, rel=1e-6)
        assert row.calibration_intercept == pytest.approx(intercept, rel=1e-5, abs=1e-6)
        if row.target == "propensity":
            assert row.auc == pytest.approx(np.median(aucs))
        else:
            assert np.isnan(row.auc)
        means = pd.concat(deciles).groupby("decile")[["predicted", "observed"]].mean()
        table = calibration[(calibration[keys] == key).all(axis=1)]
        np.testing.assert_allclose(table["mean_predicted"], means["predicted"], **EXACT)
        np.testing.assert_allclose(table["mean_observed"], means["observed"], **EXACT)
        gap = np.abs(means["predicted"] - means["observed"])
        expected = np.average(gap, weights=table["n_units"])
        assert row.calibration_error == pytest.approx(expected, abs=2e-9)


@slow
def test_assignment_drivers_equal_sklearn(real, units):
    built = real.sql(
        "from evidence.fct_assignment_drivers where driver_level = 'covariate'"
    ).df()
    for design, rows in built.groupby("design"):
        own = units[units["design"] == design]
        groups = varying_groups(own)
        covariates = sorted(name for members in groups.values() for name in members)
        t = own["is_treated"].to_numpy()
        z = StandardScaler().fit_transform(own[covariates].astype(float))
        campaigns = pd.get_dummies(own["campaign_id"], drop_first=True).astype(float)
        x = np.hstack([z, campaigns - campaigns.mean()])
        fit = LogisticRegression(C=1.0, solver="newton-cg", tol=1e-10, max_iter=1_000)
        coefficients = dict(zip(covariates, fit.fit(x, t).coef_[0], strict=False))
        assert set(rows["driver"]) == set(covariates)
        for row in rows.itertuples():
            auc = roc_auc_score(t, own[row.driver])
            assert row.marginal_auc == pytest.approx(auc)
            assert row.logit_coefficient == pytest.approx(
                coefficients[row.driver], abs=1e-5
            )
            assert row.driver in groups[row.covariate_group]
            strong = [
                share >= VARS["min_partial_r2"]
                for share in (row.treatment_r2, row.outcome_r2)
            ]
            role = {
                (True, True): "both",
                (True, False): "drives assignment",
                (False, True): "predicts outcome",
                (False, False): "neither",
            }[tuple(strong)]
            assert row.role == role
