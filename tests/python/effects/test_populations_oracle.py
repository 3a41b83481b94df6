"""Comparable units and rules of targeting of the real year, recomputed in Python.

Against scikit-learn (tree), scipy (limits) and numpy (gates).
"""

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY
from scipy import stats
from sklearn.tree import DecisionTreeClassifier

slow = pytest.mark.slow

UNIT = ["design", "campaign_id", "household_id"]
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]
COVARIATES = sorted(
    pd.read_csv(REPOSITORY / "seeds/effects/covariates.csv")["covariate"]
)


def exact_upper_limit(n_events: np.ndarray, n_units: np.ndarray) -> np.ndarray:
    """Return the upper end of Clopper and Pearson's one-sided 95 % interval."""
    limit = stats.beta.ppf(0.95, n_events + 1, n_units - n_events)
    return np.where(n_events == n_units, 1.0, limit)


def test_limit_macro_is_that_of_clopper_and_pearson():
    path = REPOSITORY / "macros/statistics/binomial_upper_limit.sql"
    call = "{{ binomial_upper_limit('n_events', 'n_units') }}"
    sql = jinja2.Template(path.read_text(encoding="utf-8") + call).render()
    sizes = (0, 1, 2, 25, 50, 149, 1_000, 10_000_000)
    counts = [
        (n_events, n)
        for n in sizes
        for n_events in {0, 1, 2, 7, n // 50, n // 2, n - 1, n}
        if 0 <= n_events <= n
    ]
    values = ", ".join(map(str, counts))
    limits = duckdb.sql(
        f"select *, {sql} as upper_limit from (values {values}) as t(n_events, n_units)"
    ).df()
    exact = exact_upper_limit(limits["n_events"], limits["n_units"])
    is_large = limits["n_units"] >= 25
    # Blyth (1986) and the closed forms at the ends, which hold for any size.
    np.testing.assert_allclose(
        limits["upper_limit"][is_large], exact[is_large], atol=5e-4
    )
    is_end = limits["n_events"].isin([0]) | (
        limits["n_events"] >= limits["n_units"] - 1
    )
    np.testing.assert_allclose(limits["upper_limit"][is_end], exact[is_end], atol=1e-12)


@pytest.fixture(scope="module")
def sending_units(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Units with covariates, their half of the households and their leaf."""
    return real.sql(
        f"""
        from intermediate.int_sending_units
        inner join intermediate.int_sending_leaves
            using ({", ".join(UNIT)}, is_treated, is_fit_unit)
        order by {", ".join(UNIT)}
        """
    ).df()


@slow
def test_halves_of_the_households_are_disjoint_and_alike_in_size(
    sending_units: pd.DataFrame,
) -> None:
    households = sending_units.groupby("household_id")["is_fit_unit"]
    assert households.nunique().eq(1).all()
    share = households.first().mean()
    # Four standard deviations of a fair coin.
    assert abs(share - 0.5) < 4 * 0.5 / np.sqrt(len(households))


@slow
def test_rules_part_units_as_the_tree_of_scikit_learn(
    real: duckdb.DuckDBPyConnection, sending_units: pd.DataFrame
) -> None:
    rules = real.sql("from evidence.fct_eligibility_rules").df()
    assert set(rules["design"]) == set(sending_units["design"])
    for design, own in sending_units.groupby("design"):
        learnt = own[own["is_fit_unit"]]
        varying = [name for name in COVARIATES if learnt[name].nunique() > 1]
        tree = DecisionTreeClassifier(
            criterion="entropy",
            max_depth=VARS["sending_tree_max_depth"],
            min_samples_leaf=VARS["sending_tree_min_leaf_units"],
            random_state=VARS["sending_tree_seed"],
        ).fit(learnt[varying].to_numpy(dtype=float), learnt["is_treated"])
        leaves = tree.apply(learnt[varying].to_numpy(dtype=float))
        pairs = learnt.assign(leaf=leaves)[["leaf", "leaf_id"]].drop_duplicates()
        assert len(pairs) == tree.get_n_leaves()
        assert pairs["leaf_id"].is_unique
        assert pairs["leaf"].is_unique

        told = rules[rules["design"] == design].set_index("rule_id").sort_index()
        counted = own[~own["is_fit_unit"]].groupby("leaf_id")["is_treated"]
        for name, expected in {
            "n_units": own.groupby("leaf_id").size(),
            "n_sent": own.groupby("leaf_id")["is_treated"].sum(),
            "n_counted_units": counted.size(),
            "n_counted_sent": counted.sum(),
        }.items():
            assert told[name].tolist() == expected.tolist(), name
        sent, units = told["n_counted_sent"], told["n_counted_units"]
        upper = exact_upper_limit(sent, units)
        lower = 1 - exact_upper_limit(units - sent, units)
        np.testing.assert_allclose(told["upper_limit"], upper, atol=5e-4)
        np.testing.assert_allclose(told["lower_limit"], lower, atol=5e-4)
        never = told["upper_limit"] < VARS["max_exception_share"]
        always = told["lower_limit"] > 1 - VARS["max_exception_share"]
        assert told["is_excluded"].tolist() == (never | always).tolist()


@slow
def test_the_real_year_has_no_region_that_targeting_excluded(
    real: duckdb.DuckDBPyConnection,
) -> None:
    rules = real.sql("from evidence.fct_eligibility_rules").df()
    assert rules.groupby("design").size().to_dict() == {
        "campaign_trials": 8,
        "first_any": 8,
        "first_type_a": 7,
    }
    assert not rules["is_excluded"].any()
    # All of these units were sent a campaign, but 141 that are counted are too few: 149
    # without an exception would be enough.
    nearly = rules[rules["n_sent"] == rules["n_units"]]
    assert nearly[["design", "n_units", "n_counted_units"]].to_numpy().tolist() == [
        ["first_type_a", 272, 141]
    ]


@pytest.fixture(scope="module")
def population_units(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Units of both populations, the comparable ones worked out from propensities."""
    units = real.sql(
        "from intermediate.int_unit_propensities where is_main_design"
    ).df()
    rules = real.sql(
        "select design, split_id, threshold from intermediate.int_trimming_rules "
        "where rule = 'crump'"
    ).df()
    excluded = real.sql("from intermediate.int_excluded_units").df()
    units = units.merge(rules, on=["design", "split_id"])
    is_inside = units["raw_propensity"].between(
        units["threshold"], 1 - units["threshold"]
    ) & ~units.set_index(UNIT).index.isin(excluded.set_index(UNIT).index)
    return pd.concat(
        [
            units.assign(population="all", threshold=0.0),
            units[is_inside].assign(population="comparable"),
        ]
    )


def ess(weights: pd.Series) -> float:
    """Return the effective number of units."""
    return weights.sum() ** 2 / (weights**2).sum()


@slow
def test_comparable_units_are_those_inside_the_threshold_and_outside_rules(
    real: duckdb.DuckDBPyConnection, population_units: pd.DataFrame
) -> None:
    keys = [*UNIT, "split_id"]
    told = real.sql("from intermediate.int_comparable_units").df()
    units = population_units.set_index(keys)
    assert len(told) == (units["population"] == "all").sum()
    comparable = units[units["population"] == "comparable"].index
    assert set(told[told["is_comparable"]].set_index(keys).index) == set(comparable)


@slow
def test_populations_have_the_sizes_overlap_and_balance_of_their_units(
    real: duckdb.DuckDBPyConnection, population_units: pd.DataFrame
) -> None:
    treated = population_units["is_treated"] == 1
    units = population_units.assign(
        ipw=1
        / population_units["propensity"].where(
            treated, 1 - population_units["propensity"]
        )
    )
    covariates = real.sql("from intermediate.int_covariate_rows").df()
    populations = real.sql("from evidence.fct_target_populations").df()
    assert len(populations) == 2 * population_units["design"].nunique() == 6
    for row in populations.itertuples():
        own = units[
            (units["design"] == row.design) & (units["population"] == row.population)
        ]
        arms = own.groupby(["split_id", "is_treated"])
        sizes = arms.size().unstack().median()
        effective = arms["ipw"].apply(ess).unstack().median()
        assert (row.n_not_sent, row.n_sent) == tuple(sizes)
        assert row.n_units == own.groupby("split_id").size().median()
        np.testing.assert_allclose((row.ess_not_sent, row.ess_sent), effective)
        inside = own["raw_propensity"].between(0.1, 0.9).groupby(own["split_id"])
        assert row.share_in_10_90 == pytest.approx(inside.mean().median())
        assert (
            row.lowest_propensity
            == own.groupby("split_id")["threshold"].first().median()
        )

        rows = own.merge(covariates, on=[*UNIT, "is_treated"])
        rows["weighted"] = rows["ipw"] * rows["covariate_value"]
        cells = rows.groupby(["covariate", "split_id", "is_treated"])
        means = (cells["weighted"].sum() / cells["ipw"].sum()).unstack()
        spread = np.sqrt(cells["covariate_value"].var().unstack().mean(axis=1))
        smd = ((means[1] - means[0]) / spread.where(spread > 0, 1.0)).groupby(
            "covariate"
        )
        largest = smd.median().abs()
        assert row.max_smd == pytest.approx(largest.max(), abs=2e-9)
        chance = stats.norm.ppf(1 - 0.025 / len(largest)) * np.sqrt(
            (1 / effective).sum()
        )
        assert row.smd_limit == pytest.approx(max(VARS["max_smd"], chance))

        households = arms["household_id"].nunique()
        passes = (
            households.min() >= VARS["min_group_households"]
            and row.share_in_10_90 >= VARS["min_overlap_share"]
            and (effective >= VARS["min_ess_share"] * sizes).all()
            and row.max_smd <= row.smd_limit
        )
        assert row.gate_status == ("passed" if passes else "failed")


@slow
def test_the_real_year_decides_on_the_comparable_units(
    real: duckdb.DuckDBPyConnection,
) -> None:
    rows = real.sql(
        "select design, n_units, n_sent, n_not_sent, is_decisive "
        "from evidence.fct_target_populations order by design, population"
    ).fetchall()
    assert rows == [
        ("campaign_trials", 4065, 1126, 2939, False),
        ("campaign_trials", 2248, 880, 1371, True),
        ("first_any", 1934, 1031, 903, False),
        ("first_any", 1070, 575, 495, True),
        ("first_type_a", 2082, 1126, 956, False),
        ("first_type_a", 1140, 600, 539, True),
    ]
