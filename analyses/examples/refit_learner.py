"""Refits a learner of effects on the published scores: python refit_learner.py [FILE].

A DR-learner (Kennedy 2023) regresses doubly robust scores on covariates. Each fold is
predicted by a learner that never saw its households, so the mean score of those
predicted most estimates what they gain.
"""

import sys

from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

import retail_uplift

with retail_uplift.open(*sys.argv[1:]) as build:
    units = build.units()
frame = units.frame
scores = frame[units.scores["purchase_amount"]]
learner = HistGradientBoostingRegressor(
    max_iter=50, min_samples_leaf=100, random_state=0
)
predicted = cross_val_predict(
    learner,
    frame[list(units.covariates)],
    scores,
    groups=frame[units.fold],
    cv=LeaveOneGroupOut(),
)
first = predicted >= sorted(predicted)[-len(predicted) // 5]
print(f"Effect on all {len(frame):,} units of {units.design}: {scores.mean():.2f}")
print(f"Effect on the fifth predicted most: {scores[first].mean():.2f}")
