with

placebo_designs as (

    select *
    from {{ ref('int_variant_estimates') }}
    where role = 'placebo'

),

final as (

    select
        design,
        variant_of as placebo_of,
        'date-shifted campaign' as refuter,
        outcome,
        estimand,
        estimate,
        std_error,
        n_treated,
        n_control
    from placebo_designs

)

select * from final
order by design, outcome, estimand
