"""Tests of the out-of-fold nuisance functions."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from econml.dr import LinearDRLearner
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from trial_simulation import (
    COVARIATES,
    disturb_fold,
    household_folds,
    simulate_trial,
)

from retail_uplift.effects import nuisance
from retail_uplift.effects.nuisance import cross_fit_outcomes, cross_fit_propensity

PROPENSITY_COLUMNS = [
    "design",
    "campaign_id",
    "household_id",
    "split_id",
    "fold",
    "learner",
    "propensity",
]


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """Return 1,500 units of two campaigns with a constant effect of 2."""
    return simulate_trial(1500, seed=11, n_campaigns=2)


@pytest.fixture(scope="module")
def folds() -> pd.DataFrame:
    """Return three folds of the 1,500 households, one split."""
    return household_folds(1500, 3)


@pytest.fixture(scope="module")
def propensities(units: pd.DataFrame, folds: pd.DataFrame) -> pd.DataFrame:
    """Return the cross-fitted propensities of the units."""
    return cross_fit_propensity(units, folds, covariates=COVARIATES, seed=42)


@pytest.fixture(scope="module")
def means(units: pd.DataFrame, folds: pd.DataFrame) -> pd.DataFrame:
    """Return the cross-fitted outcome means of the units."""
    return cross_fit_outcomes(
        units, folds, covariates=COVARIATES, outcomes=["amount"], seed=42
    )


def with_truth(predictions: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Join the units to their predictions by household."""
    columns = ["household_id", "is_treated", "amount", "true_propensity", "true_mu0"]
    return predictions.merge(units[[*columns, "true_effect"]], on="household_id")


def test_propensity_has_one_row_per_unit_split_and_learner(
    units: pd.DataFrame, propensities: pd.DataFrame
) -> None:
    """The rows are in key order and the values are probabilities."""
    assert list(propensities.columns) == PROPENSITY_COLUMNS
    assert len(propensities) == 2 * len(units)
    keys = ["design", "campaign_id", "household_id", "split_id", "learner"]
    in_order = propensities.sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(propensities, in_order)
    assert propensities["propensity"].between(0, 1, inclusive="neither").all()


@pytest.mark.parametrize(("learner", "limit"), [("logistic", 0.04), ("boosting", 0.09)])
def test_propensity_recovers_a_logistic_model(
    units: pd.DataFrame, propensities: pd.DataFrame, learner: str, limit: float
) -> None:
    """The root mean squared error to the true propensity is small.

    A constant prediction would be off by 0.2.
    """
    rows = with_truth(propensities[propensities["learner"] == learner], units)
    error = rows["propensity"] - rows["true_propensity"]
    assert np.sqrt((error**2).mean()) < limit


@pytest.mark.parametrize("learner", ["logistic", "boosting"])
def test_propensity_is_calibrated(
    units: pd.DataFrame, propensities: pd.DataFrame, learner: str
) -> None:
    """In each third of the predictions the treated share is the mean propensity."""
    rows = with_truth(propensities[propensities["learner"] == learner], units)
    thirds = rows.groupby(pd.qcut(rows["propensity"], 3, labels=False))
    gap = thirds["is_treated"].mean() - thirds["propensity"].mean()
    # Three standard errors of a share of 500 units: 3 * sqrt(.25 / 500) = .067.
    assert gap.abs().max() < 0.067


def test_outcome_means_recover_a_linear_model(
    units: pd.DataFrame, means: pd.DataFrame
) -> None:
    """Ridge finds 3 + 2 x1 + x3 and the effect of 2 within sampling error."""
    rows = with_truth(means.query("learner == 'ridge'"), units)
    assert np.sqrt(((rows["mu0"] - rows["true_mu0"]) ** 2).mean()) < 0.2
    effect = rows["mu1"] - rows["mu0"]
    assert effect.mean() == pytest.approx(2.0, abs=0.2)


def test_boosted_means_explain_most_of_what_can_be_explained(
    units: pd.DataFrame, means: pd.DataFrame
) -> None:
    """Var(mu0) is 5: the error of a useful learner is far below it."""
    rows = with_truth(means.query("learner == 'boosting'"), units)
    assert ((rows["mu0"] - rows["true_mu0"]) ** 2).mean() < 1.0


@pytest.mark.parametrize(
    ("learner_e", "learner_m"), [("logistic", "ridge"), ("boosting", "boosting")]
)
def test_aipw_agrees_with_econml(
    units: pd.DataFrame,
    propensities: pd.DataFrame,
    means: pd.DataFrame,
    learner_e: str,
    learner_m: str,
) -> None:
    """The ATE of our nuisances is econml's within half a standard error.

    Both use the same data, so their sampling errors are almost the same; the naive
    difference in means is more than ten standard errors away.
    """
    rows = with_truth(
        propensities[propensities["learner"] == learner_e].merge(
            means[means["learner"] == learner_m], on=["household_id", "split_id"]
        ),
        units,
    )
    t, y, e = rows["is_treated"], rows["amount"], rows["propensity"]
    m0, m1 = rows["mu0"], rows["mu1"]
    score = m1 - m0 + t * (y - m1) / e - (1 - t) * (y - m0) / (1 - e)
    std_error = score.std() / np.sqrt(len(score))

    oracle = LinearDRLearner(
        model_propensity=LogisticRegression(),
        model_regression=LinearRegression(),
        cv=3,
        random_state=1,
    ).fit(units["amount"], units["is_treated"].astype(int), W=units[COVARIATES])
    limit = 0.5 if learner_e == "logistic" else 1.5
    assert score.mean() == pytest.approx(oracle.ate(), abs=limit * std_error)
    assert score.mean() == pytest.approx(2.0, abs=3 * std_error)
    naive = y[t].mean() - y[~t].mean()
    assert naive - score.mean() > 10 * std_error


def test_no_unit_is_scored_by_a_propensity_model_that_saw_it(
    units: pd.DataFrame, folds: pd.DataFrame, propensities: pd.DataFrame
) -> None:
    """Flipping the treatment of fold 2 moves every prediction but fold 2's own."""
    disturbed = cross_fit_propensity(
        disturb_fold(units, folds, 2), folds, covariates=COVARIATES, seed=42
    )
    own = propensities["fold"] == 2
    pd.testing.assert_frame_equal(propensities[own], disturbed[own], check_exact=True)
    moved = propensities["propensity"] != disturbed["propensity"]
    assert moved[~own].mean() > 0.99


def test_no_unit_is_scored_by_an_outcome_model_that_saw_it(
    units: pd.DataFrame, folds: pd.DataFrame, means: pd.DataFrame
) -> None:
    """Shifting the outcomes of fold 2 moves every prediction but fold 2's own."""
    disturbed = cross_fit_outcomes(
        disturb_fold(units, folds, 2),
        folds,
        covariates=COVARIATES,
        outcomes=["amount"],
        seed=42,
    )
    own = means["fold"] == 2
    pd.testing.assert_frame_equal(means[own], disturbed[own], check_exact=True)
    assert (means["mu0"] != disturbed["mu0"])[~own].mean() > 0.99
    assert (means["mu1"] != disturbed["mu1"])[~own].mean() > 0.99


def recording(splitter: type, seen: list[np.ndarray]) -> type:
    """Return a splitter that notes the groups of each inner training part."""

    class Recorder(splitter):
        def split(self, x, y=None, groups=None):
            for train, valid in super().split(x, y, groups):
                assert not set(groups[train]) & set(groups[valid])
                seen.append(groups[train])
                yield train, valid

    return Recorder


def test_inner_splits_keep_households_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A household with two units never tunes or calibrates a model that saw it."""
    seen: list[np.ndarray] = []
    for name in ("TreatmentFolds", "GroupKFold"):
        splitter = recording(getattr(nuisance, name), seen)
        monkeypatch.setattr(nuisance, name, splitter)
    once = simulate_trial(300, seed=5)
    twice = pd.concat([once, once.assign(campaign_id=1)])
    folds = household_folds(300, 2)
    cross_fit_propensity(twice, folds, covariates=COVARIATES, seed=1)
    cross_fit_outcomes(twice, folds, covariates=COVARIATES, outcomes=["amount"], seed=1)
    # 2 folds x (2 propensity learners + 2 arms of ridge) x 3 inner folds.
    assert len(seen) == 24
    # Both units of every household are on the training side, or neither is.
    for households in seen:
        assert set(np.unique(households, return_counts=True)[1]) == {2}


@pytest.mark.parametrize("n_folds", [2, 3, 5])
def test_treatment_folds_are_those_of_scikit_learn(n_folds: int) -> None:
    """Ties and the last bits of the spread decide as they do there."""
    # The method that our class replaces; without it the class would only be slower.
    assert hasattr(StratifiedGroupKFold, "_find_best_fold")
    rng = np.random.default_rng(n_folds)
    for share in (0.1, 0.3, 0.5):
        households = rng.integers(150, size=400)
        treated = rng.random(400) < share
        folds, expected = (
            list(splitter.split(treated, treated, households))
            for splitter in (
                kind(n_folds, shuffle=True, random_state=1)
                for kind in (nuisance.TreatmentFolds, StratifiedGroupKFold)
            )
        )
        for own, other in zip(folds, expected, strict=True):
            np.testing.assert_array_equal(own[0], other[0])
            np.testing.assert_array_equal(own[1], other[1])


def test_results_do_not_depend_on_row_order(
    units: pd.DataFrame,
    folds: pd.DataFrame,
    propensities: pd.DataFrame,
    means: pd.DataFrame,
) -> None:
    """Shuffled input gives the same bits, and the input is left alone."""
    shuffled = units.sample(frac=1, random_state=3)
    shuffled_folds = folds.sample(frac=1, random_state=4)
    before = shuffled.copy()
    again = cross_fit_propensity(
        shuffled, shuffled_folds, covariates=COVARIATES, seed=42
    )
    pd.testing.assert_frame_equal(propensities, again, check_exact=True)
    again = cross_fit_outcomes(
        shuffled, shuffled_folds, covariates=COVARIATES, outcomes=["amount"], seed=42
    )
    pd.testing.assert_frame_equal(means, again, check_exact=True)
    pd.testing.assert_frame_equal(shuffled, before, check_exact=True)


def test_campaign_is_a_stratum() -> None:
    """A campaign that treats more is seen although no covariate tells it."""
    rng = np.random.default_rng(8)
    units = simulate_trial(800, seed=8, n_campaigns=2)
    share = np.where(units["campaign_id"] == 1, 0.8, 0.2)
    units = units.assign(is_treated=rng.random(800) < share)
    rows = cross_fit_propensity(
        units, household_folds(800, 4), covariates=["x1"], seed=1
    )
    means = rows.groupby(["learner", "campaign_id"])["propensity"].mean()
    np.testing.assert_allclose(means, [0.2, 0.8, 0.2, 0.8], atol=0.06)


def test_designs_are_fitted_apart() -> None:
    """A second design changes nothing for the first."""
    folds = household_folds(300, 2)
    first = simulate_trial(300, seed=1)
    second = simulate_trial(300, seed=2).assign(design="other")
    alone = cross_fit_propensity(first, folds, covariates=COVARIATES, seed=1)
    both = cross_fit_propensity(
        pd.concat([first, second]), folds, covariates=COVARIATES, seed=1
    )
    pd.testing.assert_frame_equal(
        both.query("design == 'trial'").reset_index(drop=True), alone, check_exact=True
    )


def test_outcomes_are_fitted_apart() -> None:
    """A second outcome, on another scale, changes nothing for the first."""
    folds = household_folds(300, 2)
    units = simulate_trial(300, seed=1).assign(count=lambda u: 100 * u["x2"] ** 2)
    both, alone = (
        cross_fit_outcomes(units, folds, covariates=COVARIATES, outcomes=names, seed=1)
        for names in (["count", "amount"], ["amount"])
    )
    pd.testing.assert_frame_equal(
        both.query("outcome == 'amount'").reset_index(drop=True), alone, rtol=1e-9
    )


def test_a_fast_design_has_one_linear_learner_and_leaves_the_others_alone() -> None:
    units = simulate_trial(300, seed=1)
    both = pd.concat([units, units.assign(design="variant")], ignore_index=True)
    folds = household_folds(300, 2)
    fit = partial(cross_fit_propensity, folds=folds, covariates=COVARIATES, seed=1)
    fitted = fit(both, fast_designs={"variant"})
    variant = fitted[fitted["design"] == "variant"].reset_index(drop=True)
    others = fitted[fitted["design"] != "variant"].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, fit(units))
    alone = fit(units.assign(design="variant"), fast=True)
    pd.testing.assert_frame_equal(variant, alone)
    assert set(variant["learner"]) == {"logistic"}


def test_the_best_learner_of_the_first_split_alone_predicts_the_others() -> None:
    """Its predictions are those that it would have made without a race."""
    units = simulate_trial(300, seed=1)
    folds = pd.concat(
        [household_folds(300, 2).assign(split_id=split) for split in (1, 2)],
        ignore_index=True,
    )
    folds.loc[folds["split_id"] == 2, "fold"] = folds["household_id"] // 2 % 2
    fit = partial(cross_fit_propensity, units, covariates=COVARIATES, seed=1)
    both = fit(folds)
    races = both[both["split_id"] == 1].merge(units[["household_id", "is_treated"]])
    treated = races["is_treated"].astype(bool)
    p = np.where(treated, races["propensity"], 1 - races["propensity"])
    best = pd.Series(-np.log(p)).groupby(races["learner"]).mean().idxmin()
    others = both[both["split_id"] == 2].reset_index(drop=True)
    assert set(races["learner"]) == {"logistic", "boosting"}
    assert set(others["learner"]) == {best}
    alone = fit(folds[folds["split_id"] == 2])
    expected = alone[alone["learner"] == best].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, expected)


def test_each_outcome_has_a_race_of_its_own() -> None:
    """A step is for boosting, a line for ridge; each predicts its own in split 2."""
    units = simulate_trial(600, seed=1)
    first = COVARIATES[0]
    units["step"] = 100.0 * (units[first] > units[first].median())
    folds = pd.concat(
        [household_folds(600, 2).assign(split_id=split) for split in (1, 2)],
        ignore_index=True,
    )
    means = cross_fit_outcomes(
        units, folds, covariates=COVARIATES, outcomes=["amount", "step"], seed=1
    )
    found = means[means["split_id"] == 2].groupby("outcome")["learner"].unique()
    assert found.map(list).to_dict() == {"amount": ["ridge"], "step": ["boosting"]}


def test_a_fast_design_answers_for_the_first_outcome_alone() -> None:
    units = simulate_trial(300, seed=1).assign(count=lambda u: u["amount"] ** 2)
    both = pd.concat([units, units.assign(design="variant")], ignore_index=True)
    fitted = cross_fit_outcomes(
        both,
        household_folds(300, 2),
        covariates=COVARIATES,
        outcomes=["amount", "count"],
        boosted_outcomes=["amount"],
        seed=1,
        fast_designs={"variant"},
    )
    found = fitted.groupby("design")[["outcome", "learner"]].apply(
        lambda rows: set(rows.itertuples(index=False, name=None))
    )
    assert found["variant"] == {("amount", "ridge")}
    main = found.drop("variant").item()
    assert main == {("amount", "ridge"), ("amount", "boosting"), ("count", "ridge")}


def test_results_do_not_depend_on_the_number_of_processes() -> None:
    units, folds = simulate_trial(300, seed=1), household_folds(300, 2)
    fit = partial(cross_fit_propensity, units, folds, covariates=COVARIATES, seed=1)
    pd.testing.assert_frame_equal(fit(n_jobs=2), fit(n_jobs=1))


def test_progress_counts_every_fold() -> None:
    """Of two splits with two folds each; the learners of a fold are fitted together."""
    calls: list[tuple[int, int]] = []
    cross_fit_propensity(
        simulate_trial(300, seed=1),
        household_folds(300, 2, n_splits=2),
        covariates=COVARIATES,
        seed=1,
        progress=lambda k, n: calls.append((k, n)),
    )
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_logistic_fit_that_does_not_converge_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One Newton step is not enough, and the warning does not pass unseen."""
    monkeypatch.setattr(
        nuisance,
        "_logistic",
        lambda c: LogisticRegression(C=c, solver="newton-cholesky", max_iter=1),
    )
    with pytest.raises(ValueError, match="logistic propensity did not converge") as err:
        cross_fit_propensity(
            simulate_trial(300, seed=1),
            household_folds(300, 2),
            covariates=COVARIATES,
            seed=1,
        )
    assert isinstance(err.value.__cause__, ConvergenceWarning)


def test_outcomes_must_be_named_and_present(
    units: pd.DataFrame, folds: pd.DataFrame
) -> None:
    """A missing outcome ends in one clear sentence."""
    with pytest.raises(ValueError, match="No outcome is named"):
        cross_fit_outcomes(units, folds, covariates=COVARIATES, outcomes=[], seed=1)
    with pytest.raises(ValueError, match=r"units lacks the columns \['visits'\]"):
        cross_fit_outcomes(
            units, folds, covariates=COVARIATES, outcomes=["visits"], seed=1
        )
