"""Evidence and mechanisms of the real year, computed again with pandas and numpy."""

from itertools import combinations

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

UNIT = ["design", "campaign_id", "household_id"]
GROUP = ["design", "outcome", "grouping", "group_name"]
SEGMENT_GROUPINGS = ("segment", "propensity_region", "segment_and_region")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def groups(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Each unit with its group, once for every grouping of fct_group_evidence."""
    rows = real.sql("from intermediate.int_unit_groups").df()
    return rows[rows["grouping"].isin(SEGMENT_GROUPINGS)]


def test_coupon_products_and_all_others_add_up_to_the_effect_on_a_segment(
    real: duckdb.DuckDBPyConnection,
) -> None:
    rows = real.sql(
        """
        select parts.first_effect + parts.second_effect as total, splits.estimate
        from intermediate.int_mechanism_splits as parts
        inner join marts.dim_segments as segments using (segment_id)
        inner join intermediate.int_group_splits as splits
            on parts.design = splits.design and parts.split_id = splits.split_id
            and splits.group_name = segments.segment_name
        where parts.mechanism = 'cannibalisation' and splits.grouping = 'segment'
            and splits.outcome = 'purchase_amount' and splits.estimand = 'ATO'
        """
    ).df()
    assert len(rows) >= 2 * 3 * 6
    np.testing.assert_allclose(rows["total"], rows["estimate"], rtol=1e-8, atol=1e-8)


def _overlap_effect(units: pd.DataFrame) -> tuple[float, pd.Series]:
    """Overlap-weighted effect and the influence of each unit, as a formula of numpy."""
    t, e, y = (units[name] for name in ("is_treated", "propensity", "outcome_value"))
    effect = units["mu1"] - units["mu0"]
    weights = {"model": e * (1 - e), "sent": t * (1 - e), "not": (1 - t) * e}
    values = {"model": effect, "sent": y - units["mu1"], "not": y - units["mu0"]}
    means = {k: np.average(values[k], weights=weights[k]) for k in weights}
    centred = {k: values[k] - means[k] for k in weights}
    scaled = {k: weights[k] / weights[k].mean() for k in weights}
    influence = (
        (t - e) ** 2 / weights["model"].mean() * centred["model"]
        + scaled["sent"] * centred["sent"]
        - scaled["not"] * centred["not"]
    )
    return means["model"] + means["sent"] - means["not"], influence / len(units)


def test_a_ceiling_is_the_difference_of_the_halves_of_a_segment(
    real: duckdb.DuckDBPyConnection,
) -> None:
    units = real.sql(
        """
        select scores.*, units.segment_id, units.sales_before
        from intermediate.int_dr_scores as scores
        inner join intermediate.int_mechanism_units as units
            using (design, campaign_id, household_id)
        where scores.outcome = 'purchase_amount' and scores.design = 'campaign_trials'
        order by split_id, campaign_id, household_id
        """
    ).df()
    built = real.sql(
        "from intermediate.int_mechanism_splits "
        "where mechanism = 'ceiling' and design = 'campaign_trials'"
    ).df()
    assert len(built) == 3 * 6
    for row in built.itertuples():
        segment = units[
            (units["segment_id"] == row.segment_id)
            & (units["split_id"] == row.split_id)
        ]
        median = segment.groupby("campaign_id")["sales_before"].transform("median")
        is_heavy = segment["sales_before"] > median
        light, terms_of_light = _overlap_effect(segment[~is_heavy])
        heavy, terms_of_heavy = _overlap_effect(segment[is_heavy])
        terms = pd.concat([terms_of_heavy, -terms_of_light])
        sums = terms.groupby(segment["household_id"]).sum()
        error = np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1))
        assert row.estimate == pytest.approx(heavy - light, rel=1e-8)
        assert row.std_error == pytest.approx(error, rel=1e-8)


def test_agreement_is_the_mean_correlation_of_the_pairs_of_learners(
    real: duckdb.DuckDBPyConnection, groups: pd.DataFrame
) -> None:
    predictions = (
        real.sql(
            """
            select predictions.*
            from intermediate.int_cate_predictions as predictions
            inner join seeds.cate_learners as learners using (learner)
            where learners.kind = 'learner'
            """
        )
        .df()
        .pivot_table(values="cate", index=[*UNIT, "outcome"], columns="learner")
        .reset_index()
    )
    learners = [name for name in predictions if name not in (*UNIT, "outcome")]
    units = groups.merge(predictions, on=UNIT)
    built = real.sql("from evidence.fct_group_evidence").df().set_index(GROUP)
    n_compared = 0
    for key, rows in units.groupby(GROUP):
        if len(rows) < 3:
            continue
        correlations = rows[learners].corr()
        pairs = [correlations.loc[a, b] for a, b in combinations(learners, 2)]
        expected = pytest.approx(np.mean(pairs), abs=1e-7)
        assert built.loc[key, "learner_correlation"] == expected
        n_compared += 1
    assert n_compared >= 2 * (6 + 3)


def test_limits_of_groups_are_bonferroni_limits(
    real: duckdb.DuckDBPyConnection,
) -> None:
    rows = real.sql(
        """
        select evidence.*, effects.std_error
        from evidence.fct_group_evidence as evidence
        inner join marts.fct_group_effects as effects
            using (design, outcome, grouping, group_name, estimand)
        """
    ).df()
    counts = rows.groupby(["design", "outcome", "grouping"])["std_error"].transform(
        "count"
    )
    z = stats.norm.isf(0.025 / counts)
    for side, sign in (("joint_lower", -1), ("joint_upper", 1)):
        expected = rows["estimate"] + sign * z * rows["std_error"]
        np.testing.assert_allclose(rows[side], expected, rtol=1e-7, atol=1e-7)


def test_a_group_has_the_means_and_bounds_of_its_units(
    real: duckdb.DuckDBPyConnection, groups: pd.DataFrame
) -> None:
    units = groups[[*UNIT, "grouping", "group_name"]].merge(
        real.sql("from evidence.fct_unit_evidence").df(), on=UNIT
    )
    built = real.sql("from evidence.fct_group_evidence").df().set_index(GROUP)
    assert set(units.groupby(GROUP).groups) == set(built.index)
    for key, rows in units.groupby(GROUP):
        row = built.loc[key]
        assert row["predicted_mean"] == pytest.approx(rows["predicted_effect"].mean())
        assert row["evidence_score"] == pytest.approx(rows["evidence_score"].mean())
        assert row["comparable_share"] == pytest.approx(rows["is_comparable"].mean())
        if rows["household_id"].nunique() < 2:
            continue
        centred = rows["bound_lower"] - rows["bound_lower"].mean()
        sums = centred.groupby(rows["household_id"]).sum()
        error = np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / len(rows)
        for side, z in (("bound_lower", -1.959964), ("bound_upper", 1.959964)):
            assert row[side] == pytest.approx(rows[side].mean() + z * error, rel=1e-6)
