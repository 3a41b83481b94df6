with

effect_estimates as (

    select * from {{ ref('fct_effect_estimates') }}

),

-- A design with its time zero moved back is named after the one that it checks.
final as (

    select
        design,
        regexp_replace(design, '_shifted$', '') as placebo_of,
        'date-shifted campaign' as refuter,
        outcome,
        estimand,
        estimate,
        std_error,
        n_treated,
        n_control
    from effect_estimates
    where ends_with(design, '_shifted') and estimand in ('ATE', 'ATO')

)

select * from final
order by design, outcome, estimand
