with

terms as (

    select *
    from {{ ref('int_uplift_terms') }}
    where group_kind = 'decile'

),

effects as (

    select *
    from {{ ref('int_uplift_effects') }}
    where group_kind = 'decile'

),

-- The slope of a regression on the numbers 1 to 10 weighs them by (d - 5.5) / 82.5.
-- Decile 1 has the highest predictions.
household_terms as (

    select
        estimator,
        ranking,
        household_id,
        {{ exact_sum('(5.5 - group_value) * influence') }} as influence
    from terms
    group by estimator, ranking, household_id

),

errors as (

    select
        estimator,
        ranking,
        sqrt(
            {{ exact_product_sum('influence', 'influence') }}
            * count(*) / nullif(count(*) - 1.0, 0)
        ) / 82.5 as std_error
    from household_terms
    group by estimator, ranking

),

steps as (

    select
        *,
        estimate - lag(estimate) over (
            partition by estimator, ranking order by group_value
        ) as step
    from effects

),

final as (

    select
        steps.estimator,
        steps.ranking,
        {{ exact_sum('(5.5 - steps.group_value) * steps.estimate') }} / 82.5
            as gain_per_decile,
        max(errors.std_error) as std_error,
        bool_and(coalesce(steps.step, 0) <= 0) as is_monotone
    from steps
    inner join errors
        on
            steps.estimator = errors.estimator
            and steps.ranking = errors.ranking
    group by steps.estimator, steps.ranking
    having count(steps.estimate) = 10

)

select * from final
order by estimator, ranking
