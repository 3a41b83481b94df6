with

effect_splits as (

    select * from {{ ref('int_effect_splits') }}
    union all by name
    select * from {{ ref('int_matching_splits') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

median_estimates as (

    select
        design,
        outcome,
        estimand,
        estimator,
        median(estimate) as estimate,
        max(n_treated) as n_treated,
        max(n_control) as n_control
    from effect_splits
    group by design, outcome, estimand, estimator

),

estimates as (

    select
        median_estimates.design,
        median_estimates.outcome,
        median_estimates.estimand,
        median_estimates.estimator,
        max(median_estimates.estimate) as estimate,
        {{ median_std_error(
            'effect_splits.estimate',
            'effect_splits.std_error',
            'median_estimates.estimate'
        ) }} as std_error,
        max(median_estimates.n_treated) as n_treated,
        max(median_estimates.n_control) as n_control
    from median_estimates
    inner join effect_splits
        on
            median_estimates.design = effect_splits.design
            and median_estimates.outcome = effect_splits.outcome
            and median_estimates.estimand = effect_splits.estimand
            and median_estimates.estimator = effect_splits.estimator
    group by
        median_estimates.design,
        median_estimates.outcome,
        median_estimates.estimand,
        median_estimates.estimator

),

-- The rule was fixed before any effect was seen: the ATE is the headline if arms
-- overlap enough to estimate it, else the effect where they do overlap.
gated_estimates as (

    select
        estimates.*,
        overlap.is_overlap_sufficient,
        overlap.overlap_evidence,
        cautions.caution,
        estimates.estimand
        = case when overlap.is_overlap_sufficient then 'ATE' else 'ATO' end
            as is_headline
    from estimates
    inner join overlap on estimates.design = overlap.design
    left join cautions on estimates.design = cautions.design

),

final as (

    select
        design,
        outcome,
        estimand,
        estimator,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        {{ two_sided_p_value('(estimate / std_error)') }} as p_value,
        cast(n_treated as integer) as n_treated,
        cast(n_control as integer) as n_control,
        is_headline,
        case
            when estimand = 'naive' then 'not an effect'
            when
                estimand in ('ATO', 'ATT of the matched') or is_overlap_sufficient
                then 'passed'
            else 'failed'
        end as gate_status,
        case estimand
            when 'naive'
                then 'Compares customers who were chosen with customers who were not.'
            when 'ATO'
                then 'Weights units by how well both arms overlap: '
                    || overlap_evidence
                    || '.'
            when 'ATT of the matched'
                then
                    format(
                        'Speaks of the {} treated with a control of nearly the same '
                        || 'propensity alone; see fct_matched_samples.',
                        n_treated
                    )
            else
                case
                    when is_overlap_sufficient then 'Overlap suffices: '
                    else 'Overlap does not suffice: '
                end
                || overlap_evidence
                || '.'
        end as reason,
        case when estimand != 'naive' then caution end as caution
    from gated_estimates

)

select * from final
order by design, outcome, estimand, estimator
