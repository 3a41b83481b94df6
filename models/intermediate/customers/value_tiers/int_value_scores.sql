with

value_features as (

    select * from {{ ref('int_scaled_features') }}
    where feature_role = 'value' and window_id = 'full'

),

weights as (

    select * from {{ ref('int_value_weights') }}

),

-- A feature that did not vary among the households of the fit has no standard deviation
-- and adds 0.
score_terms as (

    select
        value_features.household_id,
        coalesce(
            weights.weight
            * (value_features.scaled_value - weights.mean_value)
            / weights.std_dev,
            0
        ) as score_term
    from value_features
    inner join weights on value_features.feature = weights.feature

),

final as (

    select
        household_id,
        {{ exact_sum('score_term') }} as value_score
    from score_terms
    group by household_id

)

select * from final
order by household_id
