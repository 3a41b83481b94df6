"""What py_impact_nuisances says of capped changes, or by other covariates."""

from retail_uplift.impact.robustness import expect_under_checks


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return expect_under_checks(
        dbt.ref("int_robustness_covariates").df(),
        dbt.ref("int_capped_changes").df(),
        covariates=meta["covariates"],
        covariate_sets=meta["covariate_sets"],
        min_sent=int(meta["min_sent"]),
        propensity_clip=float(meta["propensity_clip"]),
    )
