with

terms as (

    select * from {{ ref('int_event_study_terms') }}

),

effects as (

    select
        scope,
        relative_week,
        {{ exact_sum('share_of_estimate') }} as estimate,
        sqrt({{ exact_product_sum('error_term', 'error_term') }}) as std_error
    from terms
    group by scope, relative_week

),

final as (

    select
        scope,
        relative_week,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper
    from effects

)

select * from final
order by scope, relative_week
