with

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

-- Averages that the estimates are built from.
averages as (

    select
        design,
        outcome,
        split_id,
        avg(is_treated) as treated_share,
        {{ exact_avg('case when is_treated = 1 then outcome_value end') }}
            as treated_mean,
        {{ exact_avg('case when is_treated = 0 then outcome_value end') }}
            as control_mean,
        {{ exact_avg('dr_score') }} as ate,
        {{ exact_sum('att_score') }} / sum(is_treated) as att,
        {{ overlap_averages(
            'is_treated', 'outcome_value', 'propensity', 'mu0', 'mu1'
        ) }}
    from dr_scores
    group by design, outcome, split_id

),

units as (

    select
        dr_scores.*,
        averages.treated_share,
        averages.treated_mean,
        averages.control_mean,
        averages.ate,
        averages.att,
        averages.mean_overlap,
        averages.overlap_model_effect,
        averages.mean_treated_weight,
        averages.treated_residual,
        averages.mean_control_weight,
        averages.control_residual
    from dr_scores
    inner join averages using (design, outcome, split_id)

),

-- The influences on an estimate average 0 (almost 0 for the ATO, whose weights are
-- random). Their spread over households gives the standard error.
influences as (

    select
        * exclude (dr_score, att_score, mu0, mu1),
        'naive' as estimand,
        'difference in means' as estimator,
        treated_mean - control_mean as estimate,
        is_treated * (outcome_value - treated_mean) / treated_share
        - (1 - is_treated) * (outcome_value - control_mean) / (1 - treated_share)
            as influence
    from units
    union all by name
    select
        * exclude (dr_score, att_score, mu0, mu1),
        'ATE' as estimand,
        'AIPW' as estimator,
        ate as estimate,
        dr_score - ate as influence
    from units
    union all by name
    select
        * exclude (dr_score, att_score, mu0, mu1),
        'ATT' as estimand,
        'AIPW' as estimator,
        att as estimate,
        (att_score - is_treated * att) / treated_share as influence
    from units
    union all by name
    select
        * exclude (dr_score, att_score, mu0, mu1),
        'ATO' as estimand,
        'AIPW' as estimator,
        overlap_model_effect + treated_residual - control_residual as estimate,
        {{ overlap_influence(
            'is_treated', 'outcome_value', 'propensity', 'mu0', 'mu1', averages='units'
        ) }} as influence
    from units

),

final as (

    select
        design,
        outcome,
        estimand,
        estimator,
        split_id,
        campaign_id,
        household_id,
        is_treated,
        estimate,
        influence
    from influences

)

select * from final
order by design, outcome, estimand, estimator, split_id, campaign_id, household_id
