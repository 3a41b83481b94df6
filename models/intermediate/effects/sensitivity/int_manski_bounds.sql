with

manski_averages as (

    select * from {{ ref('int_manski_averages') }}

),

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where estimand = 'ATE' and estimator = 'AIPW'

),

-- Response (Manski 1997): being sent lowers nobody's outcome, so the effect is at least
-- 0. Selection (Manski and Pepper 2000): those who were sent would have had, in either
-- arm, at least the mean outcome of the others, so the naive difference is the most.
scenarios as (

    select
        *,
        'no assumption' as assumption,
        'Whatever decided who was sent' as premise,
        mean_lower as estimate_lower,
        bound_std_error as std_error_of_lower,
        mean_upper as estimate_upper,
        bound_std_error as std_error_of_upper
    from manski_averages
    union all
    select
        *,
        'monotone response' as assumption,
        'If being sent lowers nobody''s outcome' as premise,
        0 as estimate_lower,
        0 as std_error_of_lower,
        mean_upper as estimate_upper,
        bound_std_error as std_error_of_upper
    from manski_averages
    union all
    select
        *,
        'monotone selection' as assumption,
        'If those who were sent would have had no lower outcomes than the others '
        || 'in either arm' as premise,
        mean_lower as estimate_lower,
        bound_std_error as std_error_of_lower,
        naive_difference as estimate_upper,
        naive_std_error as std_error_of_upper
    from manski_averages
    union all
    select
        *,
        'monotone response and selection' as assumption,
        'If being sent lowers nobody''s outcome and those who were sent would have had '
        || 'no lower outcomes than the others in either arm' as premise,
        0 as estimate_lower,
        0 as std_error_of_lower,
        naive_difference as estimate_upper,
        naive_std_error as std_error_of_upper
    from manski_averages

),

final as (

    select
        scenarios.design,
        scenarios.outcome,
        'assumption bounds' as analysis,
        scenarios.assumption
        || case scenarios.outcome_range
            when 'capped' then ', capped outcome'
            else ''
        end as scenario,
        'ATE' as estimand,
        effect_estimates.estimate,
        scenarios.estimate_lower,
        scenarios.estimate_upper,
        {{ confidence_limit(
            'scenarios.estimate_lower', 'scenarios.std_error_of_lower', 'lower'
        ) }} as ci_lower,
        {{ confidence_limit(
            'scenarios.estimate_upper', 'scenarios.std_error_of_upper', 'upper'
        ) }} as ci_upper,
        case
            when scenarios.estimate_lower > scenarios.estimate_upper
                then
                    scenarios.premise
                    || ', the limits would cross: the data speak against it.'
            else
                format(
                    '{}, the effect on all units lies between {:.2f} and {:.2f}, with '
                    || 'outcomes {} {:.2f}.',
                    scenarios.premise,
                    scenarios.estimate_lower,
                    scenarios.estimate_upper,
                    case scenarios.outcome_range
                        when 'capped' then 'capped at'
                        else 'of at most'
                    end,
                    scenarios.highest
                )
        end as verdict
    from scenarios
    left join effect_estimates
        on
            scenarios.design = effect_estimates.design
            and scenarios.outcome = effect_estimates.outcome

)

select * from final
order by design, outcome, scenario
