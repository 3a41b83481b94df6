with

value_scores as (

    select * from {{ ref('int_value_scores') }}

),

cuts as (

    select * from {{ ref('int_value_cuts') }}

),

final as (

    select
        value_scores.household_id,
        value_scores.value_score,
        case
            when value_scores.value_score >= cuts.high_cut then 'High'
            when value_scores.value_score >= cuts.medium_cut then 'Medium'
            else 'Low'
        end as value_tier
    from value_scores
    cross join cuts

)

select * from final
order by household_id
