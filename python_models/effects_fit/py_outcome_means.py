"""Out-of-fold outcome means by arm (see retail_uplift.nuisance.cross_fit_outcomes)."""

from retail_uplift.fits import cross_fit_outcomes


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return cross_fit_outcomes(
        dbt.ref("int_estimation_units").df(),
        dbt.ref("int_folds").df(),
        covariates=meta["covariates"],
        outcomes=meta["outcomes"],
        seed=int(meta["seed"]),
    )
