with

trimming_splits as (

    select *
    from {{ ref('int_trimming_splits') }}
    where {{ main_designs() }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

-- Where an arm is too small in any split, nothing is said: the median would leave that
-- split out unseen.
medians as (

    select
        design,
        outcome,
        rule,
        median(threshold) as threshold,
        median(n_treated) as n_treated,
        median(n_control) as n_control,
        median((n_treated + n_control) / n_units) as share_kept,
        median(estimate) as estimate,
        least(min(n_treated_households), min(n_control_households))
        >= {{ var('min_group_households') }} as is_large_enough
    from trimming_splits
    group by design, outcome, rule

),

std_errors as (

    select
        trimming_splits.design,
        trimming_splits.outcome,
        trimming_splits.rule,
        {{ median_std_error(
            'trimming_splits.estimate',
            'trimming_splits.std_error',
            'medians.estimate'
        ) }} as std_error
    from trimming_splits
    inner join medians
        on
            trimming_splits.design = medians.design
            and trimming_splits.outcome = medians.outcome
            and trimming_splits.rule = medians.rule
    group by trimming_splits.design, trimming_splits.outcome, trimming_splits.rule

),

estimates as (

    select
        medians.* exclude (estimate),
        cautions.caution,
        case when medians.is_large_enough then medians.estimate end as estimate,
        case when medians.is_large_enough then std_errors.std_error end as std_error
    from medians
    inner join std_errors
        on
            medians.design = std_errors.design
            and medians.outcome = std_errors.outcome
            and medians.rule = std_errors.rule
    left join cautions on medians.design = cautions.design

),

limited_estimates as (

    select
        *,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper
    from estimates

),

final as (

    select
        design,
        outcome,
        rule,
        -- Fixed before any effect was seen; the others show what the choice would do.
        rule = 'crump' as is_predeclared,
        case
            when threshold = 0 then 'ATE of all units'
            else
                format(
                    'ATE of units with a propensity in [{:.3f}, {:.3f}]',
                    threshold,
                    1 - threshold
                )
        end as estimand,
        threshold,
        n_treated,
        n_control,
        share_kept,
        estimate,
        std_error,
        ci_lower,
        ci_upper,
        {{ two_sided_p_value('(estimate / std_error)') }} as p_value,
        case
            when not is_large_enough then 'too few households are left in an arm'
            when ci_lower > 0 then 'above 0'
            when ci_upper < 0 then 'below 0'
            else 'not distinguishable from 0'
        end as verdict,
        caution
    from limited_estimates

)

select * from final
order by design, outcome, threshold, rule
