"""Fixed-effects regressions of what households bought before and after a campaign."""

from retail_uplift.impact.regressions import regress_changes


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    return regress_changes(
        dbt.ref("int_regression_units").df(),
        dbt.ref("int_impact_scopes").filter("not starts_with(scope, 'campaign ')").df(),
        n_draws=int(meta["n_draws"]),
        seed=int(meta["seed"]),
    )
