"""Doubly robust effects and PLR of the real year against the DoubleML package.

DoubleML is given our own out-of-fold nuisances, so that it must give our numbers: both
evaluate the same scores. With its own nuisances (econml in test_effects_oracle.py) it
could only come near. Needs the extra `oracles`; `make test` installs it.
"""

import numpy as np
import pandas as pd
import pytest

doubleml = pytest.importorskip(
    "doubleml",
    reason="the extra `oracles` is not installed: "
    "pip install --require-hashes -r requirements-oracles.lock",
)

from doubleml.utils import DMLDummyClassifier, DMLDummyRegressor  # noqa: E402

# SQL adds terms of 12 decimal places.
EXACT = {"rtol": 1e-9, "atol": 1e-9}
SPLIT = ["design", "outcome", "split_id"]

pytestmark = pytest.mark.slow


def irm(score: str):
    """Return a fit of the interactive regression model for a score of DoubleML."""

    def fit(data, units: pd.DataFrame):
        model = doubleml.DoubleMLIRM(
            data, DMLDummyRegressor(), DMLDummyClassifier(), score=score
        )
        return model, {"ml_g0": "mu0", "ml_g1": "mu1", "ml_m": "propensity"}

    return fit


def plr(data, units: pd.DataFrame):
    """Return a fit of the partially linear model by partialling out."""
    model = doubleml.DoubleMLPLR(data, DMLDummyRegressor(), DMLDummyRegressor())
    return model, {"ml_l": "mean", "ml_m": "propensity"}


MODELS = {
    ("ATE", "AIPW"): irm("ATE"),
    ("ATT", "AIPW"): irm("ATTE"),
    ("variance-weighted", "PLR"): plr,
}


@pytest.fixture(scope="module")
def scores(real) -> pd.DataFrame:
    frame = real.sql(
        "from intermediate.int_dr_scores "
        "order by design, outcome, split_id, campaign_id, household_id"
    ).df()
    e = frame["propensity"]
    return frame.assign(mean=e * frame["mu1"] + (1 - e) * frame["mu0"])


@pytest.fixture(scope="module")
def splits(real) -> pd.DataFrame:
    return real.sql("from intermediate.int_effect_splits").df()


# Sensitivity elements, which are not compared, of an outcome that hardly varies.
@pytest.mark.filterwarnings("ignore:The estimated nu2")
@pytest.mark.parametrize("name", MODELS, ids="-".join)
def test_split_effects_are_doublemls_on_the_same_nuisances(splits, scores, name):
    rows = splits.set_index(["estimand", "estimator"]).loc[[name]]
    groups = scores.groupby(SPLIT)
    assert len(rows) == groups.ngroups > 0
    for row in rows.itertuples():
        units = groups.get_group((row.design, row.outcome, row.split_id))
        data = doubleml.DoubleMLData(
            units[["outcome_value", "is_treated", "propensity"]],
            y_col="outcome_value",
            d_cols="is_treated",
            x_cols="propensity",
        )
        model, learners = MODELS[name](data, units)
        predictions = {
            learner: units[[column]].to_numpy() for learner, column in learners.items()
        }
        model.fit(external_predictions={"is_treated": predictions})
        np.testing.assert_allclose(row.estimate, model.coef[0], **EXACT)
        n_households = units["household_id"].nunique()
        if n_households == len(units):
            # Ours has the factor C / (C - 1) of clustered errors.
            error = model.se[0] * np.sqrt(n_households / (n_households - 1))
            np.testing.assert_allclose(row.std_error, error, **EXACT)
