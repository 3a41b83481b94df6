with

effect_splits as (

    select * from {{ ref('int_effect_splits') }}
    union all by name
    select * from {{ ref('int_matching_splits') }}
    union all by name
    select * from {{ ref('int_holdout_splits') }}

),

main_designs as (

    select *
    from {{ ref('int_designs') }}
    where role = 'main'

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

estimators as (

    select * from {{ ref('estimators') }}

),

centred_splits as (

    select
        *,
        median(estimate) over (
            partition by design, outcome, estimand, estimator
        ) as median_estimate
    from effect_splits

),

medians as (

    select
        design,
        outcome,
        estimand,
        estimator,
        max(median_estimate) as estimate,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }} as std_error,
        max(n_treated) as n_treated,
        max(n_control) as n_control
    from centred_splits
    group by design, outcome, estimand, estimator

),

-- The rule was fixed before any effect was seen: the ATE is the headline if the arms
-- overlap enough to estimate it, or were drawn, otherwise the ATO. A comparison is
-- never the headline.
final as (

    select
        medians.design,
        medians.outcome,
        medians.estimand,
        medians.estimator,
        medians.estimate,
        medians.std_error,
        {{ confidence_limit('medians.estimate', 'medians.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('medians.estimate', 'medians.std_error', 'upper') }}
            as ci_upper,
        {{ two_sided_p_value('(medians.estimate / nullif(medians.std_error, 0))') }}
            as p_value,
        medians.n_treated,
        medians.n_control,
        main_designs.design is not null as is_main_design,
        estimators.is_comparison,
        coalesce(estimators.needs_overlap and not overlap.is_overlap_sufficient, false)
            as is_extrapolated,
        main_designs.design is not null
        and medians.estimand
        = if(coalesce(overlap.is_overlap_sufficient, true), 'ATE', 'ATO')
        and not estimators.is_comparison as is_headline
    from medians
    left join main_designs on medians.design = main_designs.design
    left join overlap on medians.design = overlap.design
    left join estimators
        on
            medians.estimand = estimators.estimand
            and medians.estimator = estimators.estimator

)

select * from final
order by design, outcome, estimand, estimator
