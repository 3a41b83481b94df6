"""Weights of learners in a stack."""

from retail_uplift.effects.stacking import fit_stack_weights


def model(dbt, session):
    dbt.config(materialized="table")
    return fit_stack_weights(
        dbt.ref("int_learner_effects").df(),
        dbt.ref("int_dr_scores").df(),
    )
