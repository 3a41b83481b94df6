with

effect_splits as (

    select * from {{ ref('int_effect_splits') }}

),

designs as (

    select * from {{ ref('designs') }}

),

placebo_splits as (

    select
        effect_splits.*,
        designs.variant_of as placebo_of
    from effect_splits
    inner join designs
        on
            effect_splits.design = designs.design
            and designs.role = 'placebo'
    where effect_splits.estimand in ('ATE', 'ATO')

),

centred_splits as (

    select
        *,
        median(estimate) over (partition by design, outcome, estimand)
            as median_estimate
    from placebo_splits

),

final as (

    select
        design,
        placebo_of,
        'date-shifted campaign' as refuter,
        outcome,
        estimand,
        median_estimate as estimate,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }}
            as std_error,
        max(n_treated) as n_treated,
        max(n_control) as n_control
    from centred_splits
    group by design, placebo_of, outcome, estimand, median_estimate

)

select * from final
order by design, outcome, estimand
