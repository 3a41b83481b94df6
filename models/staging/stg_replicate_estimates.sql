with

replicate_estimates as (

    select * from {{ source_if_present('audit', 'replicate_estimates') }}

),

final as (

    select
        ---------- ids
        design,
        world,
        replicate,
        coalesce(estimand, 'none') as estimand,
        coalesce(estimator, 'none') as estimator,

        ---------- strings
        failure,

        ---------- numbers
        estimate,
        std_error,
        ci_lower,
        ci_upper,
        p_value,
        truth as true_effect,
        n_units,
        n_splits,

        ---------- booleans
        is_headline,
        is_fast,

        ---------- dates
        finished_at
    from replicate_estimates

)

select * from final
