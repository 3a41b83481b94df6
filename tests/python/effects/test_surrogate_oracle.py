"""Rules and reasons of the real year against scikit-learn and statsmodels.

SQL sums terms of 12 decimal places, hence the tolerances.
"""

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from dbt_runner import REPOSITORY
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

pytestmark = pytest.mark.slow

UNIT = ["design", "outcome", "campaign_id", "household_id"]
CLOSE = {"rtol": 1e-7, "atol": 1e-7}
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]
COVARIATES = sorted(
    pd.read_csv(REPOSITORY / "seeds/effects/covariates.csv")["covariate"]
)
Problem = tuple[pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def problems(real: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Problem]:
    """Units with their predicted effect and varying covariates, by design, outcome."""
    units = real.sql(
        f"""
        select effects.design, effects.outcome, effects.cate,
            units.* exclude (design)
        from evidence.fct_cate as effects
        inner join intermediate.int_estimation_units as units
            using (design, campaign_id, household_id)
        where effects.learner = '{VARS["primary_learner"]}' and units.is_main_design
        order by {", ".join(UNIT)}
        """
    ).df()
    found = {}
    for key, own in units.groupby(["design", "outcome"]):
        assert len(own) <= VARS["max_fit_units"]
        x = own[COVARIATES].astype(float)
        found[key] = own.reset_index(drop=True), x.loc[:, x.nunique() > 1]
    assert found
    return found


def test_rules_part_units_as_the_tree_of_scikit_learn(
    real: duckdb.DuckDBPyConnection, problems: dict[tuple[str, str], Problem]
) -> None:
    units = real.sql("from intermediate.int_effect_rule_units").df()
    rules = real.sql("from evidence.fct_effect_rules").df()
    assert set(rules.groupby(["design", "outcome"]).groups) == set(problems)
    for (design, outcome), (own, x) in problems.items():
        tree = DecisionTreeRegressor(
            max_depth=VARS["surrogate_max_depth"],
            min_samples_leaf=int(np.ceil(VARS["surrogate_min_leaf_share"] * len(own))),
            random_state=VARS["surrogate_seed"],
        ).fit(x.to_numpy(), own["cate"])
        built = units[(units["design"] == design) & (units["outcome"] == outcome)]
        joined = own.assign(leaf=tree.apply(x.to_numpy())).merge(built, on=UNIT)
        assert len(joined) == len(built) == len(own)
        pairs = joined[["leaf", "leaf_id"]].drop_duplicates()
        assert len(pairs) == tree.get_n_leaves()
        assert pairs["leaf_id"].is_unique
        assert pairs["leaf"].is_unique

        told = rules[(rules["design"] == design) & (rules["outcome"] == outcome)]
        told = told.set_index("rule_id").sort_index()
        grouped = joined.groupby("leaf_id")
        assert told["n_units"].tolist() == grouped.size().tolist()
        np.testing.assert_allclose(
            told["mean_predicted_effect"], grouped["cate"].mean(), **CLOSE
        )
        np.testing.assert_allclose(
            told["fidelity_r2"], tree.score(x.to_numpy(), own["cate"]), **CLOSE
        )


def test_effects_of_rules_are_clustered_means_of_the_scores(
    real: duckdb.DuckDBPyConnection,
) -> None:
    scores = real.sql(
        f"""
        from intermediate.int_effect_rule_units
        inner join intermediate.int_dr_scores using ({", ".join(UNIT)})
        """
    ).df()
    rules = real.sql(
        "from evidence.fct_effect_rules where gate_status != 'too few'"
    ).df()
    assert len(rules)
    for rule in rules.itertuples():
        rows = scores[
            (scores["design"] == rule.design)
            & (scores["outcome"] == rule.outcome)
            & (scores["leaf_id"] == rule.rule_id)
        ]
        fits = [
            sm.OLS(own["dr_score"], np.ones(len(own))).fit(
                cov_type="cluster", cov_kwds={"groups": own["household_id"]}
            )
            for _, own in rows.groupby("split_id")
        ]
        means = np.array([fit.params.iloc[0] for fit in fits])
        errors = np.array([fit.bse.iloc[0] for fit in fits])
        middle = np.median(means)
        error = np.sqrt(np.median(errors**2 + (means - middle) ** 2))
        np.testing.assert_allclose(
            [rule.estimate, rule.std_error, rule.ci_lower, rule.ci_upper],
            [middle, error, middle - 1.959964 * error, middle + 1.959964 * error],
            rtol=1e-6,
            atol=1e-6,
        )


def test_reasons_are_the_largest_terms_of_the_ridge_line(
    real: duckdb.DuckDBPyConnection, problems: dict[tuple[str, str], Problem]
) -> None:
    reasons = real.sql("from evidence.fct_effect_reasons").df()
    fidelities = real.sql(
        "from intermediate.int_surrogate_fidelity where surrogate = 'line'"
    ).df()
    fidelities = fidelities.set_index(["design", "outcome"])["fidelity_r2"]
    assert set(reasons.groupby(["design", "outcome"]).groups) == set(problems)
    for (design, outcome), (own, x) in problems.items():
        z = StandardScaler().fit_transform(x)
        line = Ridge(alpha=0.1 * len(own)).fit(z, own["cate"])
        np.testing.assert_allclose(
            fidelities[design, outcome], line.score(z, own["cate"]), **CLOSE
        )
        terms = z * line.coef_
        largest = np.argsort(-np.abs(terms), axis=1)[:, :2]
        built = reasons[(reasons["design"] == design) & (reasons["outcome"] == outcome)]
        for rank in (1, 2):
            told = own[UNIT].merge(built[built["reason_rank"] == rank], on=UNIT)
            assert len(told) == len(own)
            columns = largest[:, rank - 1]
            rows = np.arange(len(own))
            np.testing.assert_allclose(
                told["contribution"], terms[rows, columns], **CLOSE
            )
            assert told["covariate"].tolist() == x.columns[columns].tolist()
            np.testing.assert_allclose(told["z_score"], z[rows, columns], **CLOSE)
            is_faithful = fidelities[design, outcome] >= VARS["min_surrogate_r2"]
            assert (told["is_faithful"] == is_faithful).all()
