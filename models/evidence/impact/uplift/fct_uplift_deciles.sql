with

effects as (

    select *
    from {{ ref('int_uplift_effects') }}
    where group_kind = 'decile'

),

ranks as (

    select * from {{ ref('int_uplift_ranks') }}

),

trends as (

    select * from {{ ref('int_uplift_trends') }}

),

all_effects as (

    select *
    from {{ ref('int_uplift_effects') }}
    where group_kind = 'all'

),

predictions as (

    select
        ranking,
        decile,
        {{ exact_avg('score') }} as mean_predicted
    from ranks
    group by ranking, decile

),

-- The share of a total that may be zero says nothing.
cumulative as (

    select
        effects.*,
        {{ exact_sum(
            'effects.n_sent * effects.estimate',
            over='over (partition by effects.estimator, effects.ranking'
            ~ ' order by effects.group_value)'
        ) }} as sales_so_far,
        {{ exact_sum(
            'effects.n_sent * effects.estimate',
            over='over (partition by effects.estimator, effects.ranking)'
        ) }} as all_sales,
        abs(all_effects.estimate) > 1.959963984540054 * all_effects.std_error
            as has_effect
    from effects
    inner join all_effects on effects.estimator = all_effects.estimator

),

final as (

    select
        cumulative.estimator,
        cumulative.ranking as learner,
        cast(cumulative.group_value as integer) as decile,
        cast(cumulative.n_units as bigint) as n_units,
        cast(cumulative.n_sent as bigint) as n_sent,
        cast(cumulative.n_units - cumulative.n_sent as bigint) as n_others,
        predictions.mean_predicted,
        cumulative.estimate,
        cumulative.std_error,
        {{ confidence_limit('cumulative.estimate', 'cumulative.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('cumulative.estimate', 'cumulative.std_error', 'upper') }}
            as ci_upper,
        case
            when cumulative.has_effect
                then cumulative.sales_so_far / nullif(cumulative.all_sales, 0)
        end as cumulative_share,
        trends.gain_per_decile,
        trends.std_error as gain_std_error,
        {{ two_sided_p_value(
            '(trends.gain_per_decile / nullif(trends.std_error, 0))'
        ) }} as gain_p_value,
        trends.is_monotone
    from cumulative
    inner join predictions
        on
            cumulative.ranking = predictions.ranking
            and cumulative.group_value = predictions.decile
    left join trends
        on
            cumulative.estimator = trends.estimator
            and cumulative.ranking = trends.ranking

)

select * from final
order by estimator, learner, decile
