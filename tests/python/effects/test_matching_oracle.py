"""Matching of the real year against scikit-learn's nearest neighbours and numpy."""

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY
from scipy import stats
from sklearn.neighbors import NearestNeighbors

pytestmark = pytest.mark.slow

EXACT = {"rtol": 1e-9, "atol": 1e-9}
SPLIT = ["design", "split_id"]
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]


@pytest.fixture(scope="module")
def propensities(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    units = real.sql(
        "select * from intermediate.int_unit_propensities inner join seeds.designs "
        "using (design) where role = 'main'"
    ).df()
    units["logit"] = np.log(units["propensity"] / (1 - units["propensity"]))
    units["is_clipped"] = units["propensity"] != units["raw_propensity"]
    return units


@pytest.fixture(scope="module")
def outcomes(real: duckdb.DuckDBPyConnection) -> pd.Series:
    rows = real.sql("from intermediate.int_unit_outcomes").df()
    keys = ["design", "outcome", "campaign_id", "household_id"]
    return rows.set_index(keys)["outcome_value"].sort_index()


def nearest(points: pd.Series, targets: pd.Series, k: int) -> np.ndarray:
    """Return the distances of each target to its k nearest points."""
    search = NearestNeighbors(n_neighbors=k).fit(points.to_numpy()[:, None])
    return search.kneighbors(targets.to_numpy()[:, None])[0]


def gaps(y: pd.Series, pairs: pd.DataFrame, first: str, second: str) -> np.ndarray:
    """Return the difference in outcome between two households of each pair."""
    keys = (
        pd.MultiIndex.from_frame(pairs[["campaign_id", h]]) for h in (first, second)
    )
    one, other = (y[key].to_numpy() for key in keys)
    return one - other


def test_each_match_is_the_nearest_control_within_the_caliper(real, propensities):
    built = real.sql("from intermediate.int_matched_pairs").df()
    assert built.groupby(SPLIT).ngroups == propensities.groupby(SPLIT).ngroups > 0
    for key, units in propensities.groupby(SPLIT):
        treated = units["is_treated"] == 1
        spread = (units["logit"][treated].var() + units["logit"][~treated].var()) / 2
        caliper = VARS["matching_caliper"] * np.sqrt(spread)
        pairs = built[(built[SPLIT] == list(key)).all(axis=1)]
        np.testing.assert_allclose(pairs["caliper"], caliper, **EXACT)
        usable = units[~units["is_clipped"]]
        n_expected = 0
        for campaign, rows in usable.groupby("campaign_id"):
            logit = rows.set_index("household_id")["logit"]
            is_treated = rows["is_treated"].to_numpy() == 1
            distance = pd.Series(
                nearest(logit[~is_treated], logit[is_treated], 1)[:, 0],
                index=logit.index[is_treated],
            )
            kept = distance[distance <= caliper]
            n_expected += len(kept)
            own = pairs[pairs["campaign_id"] == campaign].set_index("household_id")
            assert set(own.index) == set(kept.index)
            np.testing.assert_allclose(own["distance"], kept[own.index], **EXACT)
            # Ties aside, the distance leaves no other choice.
            controls = own["control_household_id"]
            assert controls.isin(logit.index[~is_treated]).all()
            gap = np.abs(logit[own.index].to_numpy() - logit[controls].to_numpy())
            np.testing.assert_allclose(gap, own["distance"], **EXACT)
        assert n_expected == len(pairs)


def test_the_estimate_and_its_error_are_those_of_abadie_and_imbens(
    real, propensities, outcomes
):
    """Variance by numpy from the definition, in which every control has a residual."""
    built = real.sql("from intermediate.int_matching_splits").df()
    pairs = real.sql("from intermediate.int_matched_pairs").df()
    controls = real.sql("from intermediate.int_matched_controls").df()
    measured = outcomes.reset_index().groupby("design")["outcome"].nunique()
    splits = pairs.groupby("design")["split_id"].nunique()
    assert len(built) == (splits * measured[splits.index]).sum() > 0
    n_widened = 0
    for row in built.itertuples():
        is_row = {"design": row.design, "split_id": row.split_id}
        own, used, units = (
            frame[(frame[SPLIT] == pd.Series(is_row)[SPLIT].tolist()).all(axis=1)]
            for frame in (pairs, controls, propensities)
        )
        y = outcomes[row.design, row.outcome]
        difference = gaps(y, own, "household_id", "control_household_id")
        # Nearest other control: the second nearest of all, the first being itself.
        pool = units[(units["is_treated"] == 0) & ~units["is_clipped"]]
        logit = pool.set_index(["campaign_id", "household_id"])["logit"]
        for campaign, rows in used.groupby("campaign_id"):
            here = logit[campaign]
            distance = nearest(here, here[rows["household_id"]], 2)[:, 1]
            gap = (
                here[rows["household_id"]].to_numpy()
                - here[rows["neighbour_household_id"]].to_numpy()
            )
            np.testing.assert_allclose(np.abs(gap), distance, **EXACT)
            assert (rows["household_id"] != rows["neighbour_household_id"]).all()
        uses = own.groupby(["campaign_id", "control_household_id"]).size()
        keys = pd.MultiIndex.from_frame(used[["campaign_id", "household_id"]])
        np.testing.assert_array_equal(used["n_uses"], uses[keys])
        gap = gaps(y, used, "household_id", "neighbour_household_id")
        k = used["n_uses"].to_numpy()
        variance = ((difference - difference.mean()) ** 2).sum()
        variance += (k * (k - 1) * gap**2 / 2).sum()
        for _, noise in pd.Series(k * gap).groupby(used["household_id"].to_numpy()):
            outer = np.outer(noise, noise)
            variance += outer.sum() - np.trace(outer)
        assert row.estimate == pytest.approx(difference.mean(), rel=1e-9, abs=1e-9)
        expected = np.sqrt(variance) / len(difference)
        assert row.std_error == pytest.approx(expected, rel=1e-9)
        assert (row.n_treated, row.n_control) == (len(own), len(used))
        naive = difference.std(ddof=0) / np.sqrt(len(difference))
        n_widened += row.std_error > 1.2 * naive
    # As if each pair were new, most errors would be far too small; not where no control
    # ever does what is measured, as with the coupons of a campaign.
    assert n_widened > len(built) / 2


def test_the_published_effect_is_the_median_over_splits(real):
    built = real.sql(
        "from intermediate.int_effect_medians where estimand = 'ATT of the matched'"
    ).df()
    splits = real.sql("from intermediate.int_matching_splits").df()
    assert len(built) == splits.groupby(["design", "outcome"]).ngroups > 0
    assert not built["is_headline"].any()
    for row in built.itertuples():
        own = splits[
            (splits["design"] == row.design) & (splits["outcome"] == row.outcome)
        ]
        estimate = own["estimate"].median()
        squares = own["std_error"] ** 2 + (own["estimate"] - estimate) ** 2
        assert row.estimate == pytest.approx(estimate)
        assert row.std_error == pytest.approx(np.sqrt(squares.median()))


def test_the_matched_sample_is_counted(real, propensities):
    pairs = real.sql("from intermediate.int_matched_pairs").df()
    balance = real.sql("from evidence.fct_covariate_balance").df()
    built = real.sql("from evidence.fct_matched_samples").df()
    assert set(built["design"]) == set(propensities["design"])
    for row in built.itertuples():
        own = pairs[pairs["design"] == row.design]
        uses = own.groupby(["split_id", "campaign_id", "control_household_id"]).size()
        by_split = uses.groupby("split_id")
        effective = by_split.sum() ** 2 / by_split.apply(lambda k: (k**2).sum())
        expected = {
            "n_matched": own.groupby("split_id").size().median(),
            "n_controls_used": by_split.size().median(),
            "max_control_uses": by_split.max().median(),
            "ess_control": effective.median(),
            "mean_distance": own.groupby("split_id")["distance"].mean().median(),
        }
        for name, value in expected.items():
            assert getattr(row, name) == pytest.approx(value), name
        differences = balance[balance["design"] == row.design].set_index("covariate")
        matched = differences["smd_matched"].abs()
        assert row.worst_covariate == matched.idxmax()
        assert row.max_smd_matched == matched.max()
        chance = stats.norm.ppf(1 - 0.025 / len(matched)) * np.sqrt(
            1 / row.n_matched + 1 / row.ess_control
        )
        assert row.is_balanced == (matched.max() <= max(0.1, chance))
