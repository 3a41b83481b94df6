with

manski_averages as (

    select * from {{ ref('int_manski_averages') }}

),

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where estimand = 'ATE' and estimator = 'AIPW'

),

-- Monotone response (Manski 1997): being sent lowers no outcome, so the effect is at
-- least 0. Monotone selection (Manski and Pepper 2000): in either arm, those who were
-- sent would have had at least the mean outcome of the others, so the effect is at most
-- the naive difference.
scenarios as (

    select
        *,
        'no assumption' as assumption,
        mean_lower as estimate_lower,
        bound_std_error as std_error_of_lower,
        mean_upper as estimate_upper,
        bound_std_error as std_error_of_upper
    from manski_averages
    union all
    select
        *,
        'monotone response' as assumption,
        0 as estimate_lower,
        0 as std_error_of_lower,
        mean_upper as estimate_upper,
        bound_std_error as std_error_of_upper
    from manski_averages
    union all
    select
        *,
        'monotone selection' as assumption,
        mean_lower as estimate_lower,
        bound_std_error as std_error_of_lower,
        naive_difference as estimate_upper,
        naive_std_error as std_error_of_upper
    from manski_averages
    union all
    select
        *,
        'monotone response and selection' as assumption,
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
        {{ manski_verdict(
            'scenarios.assumption',
            'scenarios.estimate_lower',
            'scenarios.estimate_upper',
            'scenarios.outcome_range',
            'scenarios.highest'
        ) }} as verdict
    from scenarios
    left join effect_estimates
        on
            scenarios.design = effect_estimates.design
            and scenarios.outcome = effect_estimates.outcome

)

select * from final
order by design, outcome, scenario
