with

effects as (

    select *
    from {{ ref('fct_change_effects') }}
    where outcome = 'sales' and starts_with(scope, 'campaign ')

),

placebos as (

    select * from {{ ref('fct_impact_placebos') }}

),

-- Households that are chosen by recent purchases fall back, so their change as it is lies
-- too low; adjusted to a short history, households that always buy much are compared with
-- others after a good month, so it lies too high (Ding and Li 2019, Political Analysis
-- 27(4), of such brackets). Nobody knows which of the two decides.
final as (

    select
        effects.scope,
        max(effects.n_sent) as n_sent,
        max(effects.n_others) as n_others,
        max(effects.estimate) filter (
            where effects.estimator = 'difference in differences'
        ) as unadjusted_estimate,
        max(effects.estimate) filter (where effects.estimator = 'doubly robust')
            as adjusted_estimate,
        min(effects.ci_lower) as bracket_lower,
        max(effects.ci_upper) as bracket_upper,
        count(*) = 2 as has_both,
        max(effects.p_value) as p_value,
        min(effects.estimate) > 0 or max(effects.estimate) < 0 as is_same_sign,
        bool_or(coalesce(not placebos.is_passed, false)) as is_placebo_failed
    from effects
    left join placebos
        on
            effects.scope = placebos.scope
            and effects.estimator = placebos.estimator
    group by effects.scope

)

select * from final
order by scope
