"""How much more a household buys if it is sent a campaign, out of fold."""

from retail_uplift.effects.effect_learners import LearnerSettings
from retail_uplift.impact.uplift import predict_uplift


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return predict_uplift(
        dbt.ref("int_uplift_units").df(),
        covariates=meta["covariates"],
        settings=LearnerSettings(
            seed=int(meta["seed"]),
            learning_rate=float(meta["learning_rate"]),
            max_iter=int(meta["max_iter"]),
            max_leaf_nodes=int(meta["max_leaf_nodes"]),
        ),
    )
