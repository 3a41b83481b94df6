with

main_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where is_main_design and estimator = 'AIPW'

),

variant_estimates as (

    select * from {{ ref('int_variant_estimates') }}

),

-- A variant is compared with its design as it is, a placebo in size: an effect of -5
-- before the campaign speaks as much against one of 9 as an effect of 5 does.
comparisons as (

    select
        variant_estimates.design as variant,
        variant_estimates.variant_of as design,
        variant_estimates.outcome,
        variant_estimates.estimand,
        variant_estimates.estimate as variant_estimate,
        main_estimates.estimate as design_estimate,
        case
            when variant_estimates.role != 'placebo' then 1
            when variant_estimates.estimate < 0 then -1
            else 1
        end as variant_weight,
        case
            when variant_estimates.role != 'placebo' then -1
            when main_estimates.estimate < 0 then 1
            else -1
        end as design_weight
    from variant_estimates
    inner join main_estimates
        on
            variant_estimates.variant_of = main_estimates.design
            and variant_estimates.outcome = main_estimates.outcome
            and variant_estimates.estimand = main_estimates.estimand

),

final as (

    select
        variant,
        outcome,
        estimand,
        variant as design,
        variant_weight as weight,
        variant_estimate as estimate
    from comparisons
    union all
    select
        variant,
        outcome,
        estimand,
        design,
        design_weight as weight,
        design_estimate as estimate
    from comparisons

)

select * from final
order by variant, outcome, estimand, design
