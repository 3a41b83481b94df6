"""Effects on perturbed data."""

from retail_uplift.effects.refutations import refute_effects
from retail_uplift.progress import progress_on_stderr


def model(dbt, session):
    dbt.config(materialized="table")
    meta = dbt.config.get("meta")
    covariates = dbt.ref("covariates").order("position").df()["covariate"]
    placebos = int(meta["placebo_replicates"])
    return refute_effects(
        dbt.ref("int_estimation_units").filter(f"design = '{meta['design']}'").df(),
        dbt.ref("int_folds").filter("split_id = 1").df(),
        covariates=list(covariates),
        outcomes=meta["outcomes"],
        n_replicates={
            "placebo treatment": placebos,
            "shuffled outcome": placebos,
            "random covariate": int(meta["covariate_replicates"]),
            "subset stability": int(meta["subset_replicates"]),
        },
        subset_share=float(meta["subset_share"]),
        propensity_clip=float(meta["propensity_clip"]),
        seed=int(meta["seed"]),
        n_jobs=int(meta["n_jobs"]),
        progress=progress_on_stderr("refutation"),
    )
