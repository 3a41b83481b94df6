with

value_scores as (

    select * from {{ ref('int_value_scores') }}

),

fit_households as (

    select distinct household_id from {{ ref('int_fit_features') }}

),

final as (

    select
        quantile_cont(value_scores.value_score, 1 - {{ var('high_value_share') }})
            as high_cut,
        quantile_cont(
            value_scores.value_score,
            1 - {{ var('high_value_share') }} - {{ var('medium_value_share') }}
        ) as medium_cut
    from value_scores
    inner join fit_households on value_scores.household_id = fit_households.household_id

)

select * from final
