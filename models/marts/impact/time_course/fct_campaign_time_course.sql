with

household_terms as (

    select * from {{ ref('int_week_household_terms') }}

),

cumulative_terms as (

    select
        *,
        {{ exact_sum(
            'case when relative_week >= 0 then error_term end',
            'over (partition by scope, outcome, household_id order by relative_week)'
        ) }} as cumulative_term
    from household_terms

),

weekly_effects as (

    select
        scope,
        outcome,
        relative_week,
        {{ exact_sum('share_of_estimate') }} as estimate,
        sqrt({{ exact_sum('error_term * error_term') }}) as std_error,
        sqrt({{ exact_sum('cumulative_term * cumulative_term') }})
            as cumulative_std_error
    from cumulative_terms
    group by scope, outcome, relative_week

),

cumulative_effects as (

    select
        *,
        case
            when relative_week >= 0
                then {{ exact_sum(
                    'case when relative_week >= 0 then estimate end',
                    'over (partition by scope, outcome order by relative_week)'
                ) }}
        end as cumulative_estimate
    from weekly_effects

),

final as (

    select
        scope,
        outcome,
        relative_week,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        cumulative_estimate,
        case when relative_week >= 0 then cumulative_std_error end
            as cumulative_std_error,
        {{ confidence_limit('cumulative_estimate', 'cumulative_std_error', 'lower') }}
            as cumulative_ci_lower,
        {{ confidence_limit('cumulative_estimate', 'cumulative_std_error', 'upper') }}
            as cumulative_ci_upper
    from cumulative_effects

)

select
    scope,
    outcome,
    relative_week,
    estimate,
    std_error,
    ci_lower,
    ci_upper,
    cumulative_estimate,
    cumulative_std_error,
    cumulative_ci_lower,
    cumulative_ci_upper
from final
order by scope, outcome, relative_week
