with

week_terms as (

    select *
    from {{ ref('int_week_household_terms') }}
    where outcome = 'sales'

),

-- Terms of one household over the weeks: what they share makes the weeks correlate.
final as (

    select
        week_terms.scope,
        week_terms.relative_week,
        other_terms.relative_week as other_week,
        {{ exact_sum('week_terms.error_term * other_terms.error_term') }} as covariance
    from week_terms
    inner join week_terms as other_terms
        on
            week_terms.scope = other_terms.scope
            and week_terms.household_id = other_terms.household_id
    group by week_terms.scope, week_terms.relative_week, other_terms.relative_week

)

select * from final
order by scope, relative_week, other_week
