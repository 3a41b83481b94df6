"""Coupon matches that are predicted per household."""

import numpy as np
import pandas as pd
import pytest
from trial_simulation import COVARIATES, household_folds, simulate_trial

from retail_uplift.decisions.redemption_costs import (
    COST_TYPES,
    HOUSEHOLD_MATCH_TYPES,
    cross_fit_redemption_costs,
    predict_redemption_costs,
)


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Return units whose match follows x1; one in two of them has none."""
    rng = np.random.default_rng(11)
    trial = simulate_trial(2000, seed=11, n_campaigns=2)
    mean = 0.3 * np.exp(1.5 * np.sign(trial["x1"]) * np.log1p(trial["x1"].abs()))
    redeems = trial["is_treated"] & (rng.random(len(trial)) < 0.5)
    return trial.assign(true_match=mean, coupon_match=2 * mean * redeems)


def predict(units: pd.DataFrame, n_folds: int = 4) -> pd.DataFrame:
    """Predict in one split."""
    folds = household_folds(2000, n_folds)
    return cross_fit_redemption_costs(units, folds, covariates=COVARIATES)


def test_predictions_follow_the_expected_match_of_controls_too(units):
    found = predict(units)
    assert list(found.columns) == list(COST_TYPES)
    both = units.merge(found, on=["design", "campaign_id", "household_id"])
    assert len(found) == len(both) == len(units)
    assert (both["predicted_match"] > 0).all()
    for _, arm in both.groupby("is_treated"):
        ranks = arm[["true_match", "predicted_match"]].corr("spearman").iloc[0, 1]
        assert ranks > 0.9
        assert arm["predicted_match"].mean() == pytest.approx(
            arm["true_match"].mean(), rel=0.15
        )


def test_currency_and_order_of_rows_change_nothing(units):
    found = predict(units)
    cents = predict(
        units.assign(coupon_match=100 * units["coupon_match"]).sample(
            frac=1, random_state=1
        )
    )
    np.testing.assert_allclose(
        cents["predicted_match"], 100 * found["predicted_match"], rtol=1e-6
    )


def test_neither_the_own_fold_nor_controls_are_learnt_from(units):
    found = predict(units)
    own_fold = units["household_id"] % 4 + 1 == 2
    changed = predict(
        units.assign(
            coupon_match=np.where(
                own_fold | ~units["is_treated"], 50.0, units["coupon_match"]
            )
        )
    )
    is_own = found["fold"] == 2
    pd.testing.assert_frame_equal(found[is_own], changed[is_own])
    assert not np.allclose(
        found.loc[~is_own, "predicted_match"], changed.loc[~is_own, "predicted_match"]
    )


def test_a_household_far_outside_the_treated_costs_no_more_than_their_largest(units):
    control = units.index[~units["is_treated"]][0]
    far = units.copy()
    far.loc[control, COVARIATES] = 1e9
    found = predict(far).set_index("household_id")["predicted_match"]
    assert found[far.loc[control, "household_id"]] <= units["coupon_match"].max()


def test_next_households_are_predicted_as_the_treated_were(units):
    treated = units[units["is_treated"]].drop_duplicates("household_id")
    found = predict_redemption_costs(
        units, treated.sample(frac=1, random_state=1), covariates=COVARIATES
    )
    assert list(found.columns) == list(HOUSEHOLD_MATCH_TYPES)
    assert found["household_id"].is_monotonic_increasing
    assert (found["n_fit_units"] == units["is_treated"].sum()).all()
    both = treated.merge(found, on="household_id")
    assert len(both) == len(found) == len(treated)
    assert both[["true_match", "expected_match"]].corr("spearman").iloc[0, 1] > 0.9
    assert both["expected_match"].mean() == pytest.approx(
        both["true_match"].mean(), rel=0.1
    )


def test_a_next_campaign_is_a_mix_of_the_past_ones(units):
    one = units[units["campaign_id"] == units["campaign_id"].min()]
    found = predict_redemption_costs(one, one, covariates=COVARIATES)
    sent = found["household_id"].isin(one.loc[one["is_treated"], "household_id"])
    # The intercept is not penalised: predictions add up to what was paid.
    assert found.loc[sent, "expected_match"].sum() == pytest.approx(
        one.loc[one["is_treated"], "coupon_match"].sum()
    )
    dearer = units.assign(
        coupon_match=units["coupon_match"]
        * np.where(units["campaign_id"] == one["campaign_id"].iloc[0], 1, 3)
    )
    mixed = predict_redemption_costs(dearer, one, covariates=COVARIATES)
    ratio = (mixed["expected_match"] / found["expected_match"]).median()
    assert 1.5 < ratio < 2.5


def test_no_household_gives_no_row(units):
    found = predict_redemption_costs(units, units.head(0), covariates=COVARIATES)
    assert found.empty
    assert list(found.columns) == list(HOUSEHOLD_MATCH_TYPES)


def test_no_unit_gives_no_row(units):
    found = predict(units.head(0))
    assert found.empty
    assert list(found.columns) == list(COST_TYPES)


@pytest.mark.parametrize(
    ("match", "message"), [(-1.0, "negative"), (0.0, "no coupon_match outside fold")]
)
def test_matches_that_cannot_be_predicted_are_refused(units, match, message):
    with pytest.raises(ValueError, match=message):
        predict(units.assign(coupon_match=match))
