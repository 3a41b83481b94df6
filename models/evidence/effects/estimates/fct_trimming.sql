with

trimming_splits as (

    select * from {{ ref('int_trimming_splits') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

centred_splits as (

    select
        *,
        median(estimate) over (
            partition by design, outcome, rule
        ) as median_estimate
    from trimming_splits

),

-- An arm that is too small in any split leaves the rule without an effect: the median
-- would silently ignore that split.
medians as (

    select
        design,
        outcome,
        rule,
        median(threshold) as threshold,
        median(n_treated) as n_treated,
        median(n_control) as n_control,
        median((n_treated + n_control) / n_units) as share_kept,
        max(median_estimate) as estimate,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }} as std_error,
        least(min(n_treated_households), min(n_control_households))
        >= {{ var('min_group_households') }} as is_large_enough
    from centred_splits
    group by design, outcome, rule

),

published_estimates as (

    select
        medians.* exclude (estimate, std_error),
        cautions.caution,
        case when medians.is_large_enough then medians.estimate end as estimate,
        case when medians.is_large_enough then medians.std_error end as std_error
    from medians
    left join cautions on medians.design = cautions.design

),

limited_estimates as (

    select
        *,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper
    from published_estimates

),

final as (

    select
        design,
        outcome,
        rule,
        -- This rule was fixed before any effect was seen; the other rules show how much
        -- the choice matters.
        rule = 'comparable' as is_predeclared,
        {{ trimming_estimand('rule', 'threshold') }} as estimand,
        threshold,
        n_treated,
        n_control,
        share_kept,
        estimate,
        std_error,
        ci_lower,
        ci_upper,
        {{ two_sided_p_value('(estimate / std_error)') }} as p_value,
        {{ trimming_verdict('is_large_enough', 'ci_lower', 'ci_upper') }} as verdict,
        caution
    from limited_estimates

)

select * from final
order by design, outcome, threshold, rule
