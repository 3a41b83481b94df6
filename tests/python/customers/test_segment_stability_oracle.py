"""Stability and migration of the real year's segments, by scikit-learn and pandas."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, jaccard_score

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def moves(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Segments of households by half, made anew from the marts."""
    return real.sql(
        """
        select
            household_id,
            max(segment_id) filter (where window_id = 'first_half') as first,
            max(segment_id) filter (where window_id = 'second_half') as second,
            max(frequency) filter (where window_id = 'second_half') as later_baskets
        from intermediate.int_household_segments
        inner join marts.fct_household_features using (household_id, window_id)
        group by household_id
        having max(frequency) filter (where window_id = 'first_half') > 0
        """
    ).df()


def split_half(real: duckdb.DuckDBPyConnection) -> pd.Series:
    rows = real.sql(
        "select metric, segment_id, value from evidence.fct_segment_stability "
        "where method = 'split_half'"
    ).df()
    return rows.set_index(["metric", "segment_id"])["value"]


def test_halves_agree_as_scikit_learn_says(real, moves: pd.DataFrame) -> None:
    both = moves[moves["later_baskets"] > 0]
    built = split_half(real)
    expected = adjusted_rand_score(both["first"], both["second"])
    assert built["adjusted_rand_index", 0] == pytest.approx(expected, rel=1e-12)
    changed = (both["first"] != both["second"]).mean()
    assert built["migration_rate", 0] == pytest.approx(changed, rel=1e-12)
    segments = np.union1d(moves["first"], both["second"])
    coefficients = jaccard_score(
        both["first"], both["second"], labels=segments, average=None
    )
    np.testing.assert_allclose(built["jaccard"][segments], coefficients, rtol=1e-12)


def test_the_drift_is_the_population_stability_index(real, moves) -> None:
    both = moves[moves["later_baskets"] > 0]
    ids = [
        row[0]
        for row in real.sql("select segment_id from marts.dim_segments").fetchall()
    ]
    shares = [
        (both[half].value_counts().reindex(ids, fill_value=0) + 0.5)
        / (len(both) + 0.5 * len(ids))
        for half in ("first", "second")
    ]
    index = ((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum()
    built = split_half(real)["population_stability_index", 0]
    assert built == pytest.approx(index, abs=1e-10)


def test_migration_counts_every_household_of_the_first_half(real, moves) -> None:
    built = real.sql("from marts.fct_segment_migration").df()
    target = moves["second"].where(moves["later_baskets"] > 0, 0).astype(int)
    counts = pd.crosstab(moves["first"], target)
    wide = built.pivot(
        index="from_segment_id", columns="to_segment_id", values="n_households"
    )
    wide = wide.loc[counts.index]
    np.testing.assert_array_equal(wide[counts.columns], counts)
    assert wide.to_numpy().sum() == len(moves)
    shares = built.groupby("from_segment_id")["share_of_from"].sum()
    np.testing.assert_allclose(shares, 1.0)


def test_bootstraps_are_summed_up_by_quantiles(real) -> None:
    samples = real.sql("from fitted.py_segment_bootstraps").df()
    built = (
        real.sql("from evidence.fct_segment_stability where method = 'bootstrap'")
        .df()
        .set_index("segment_id")
    )
    assert len(built) == 1 + real.table("marts.dim_segments").shape[0]
    assert (built["n_samples"] == samples["sample_id"].nunique()).all()
    for segment_id, similarities in samples.groupby("segment_id")["similarity"]:
        expected = similarities.quantile([0.5, 0.025, 0.975]).to_numpy()
        row = built.loc[segment_id, ["value", "ci_lower", "ci_upper"]]
        np.testing.assert_allclose(row.to_numpy(dtype=float), expected, rtol=1e-9)
    # Not one of them is a copy of the reference, and none is worse than chance.
    indices = samples.loc[samples["segment_id"] == 0, "similarity"].dropna()
    assert indices.between(0, 1, inclusive="neither").all()
