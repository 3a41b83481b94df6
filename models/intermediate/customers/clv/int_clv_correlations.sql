with

-- The households that the Gamma-Gamma model is fitted on.
repeat_buyers as (

    select
        household_id,
        period,
        n_repeats,
        mean_repeat_spend
    from {{ ref('int_clv_histories') }}
    where period != 'learning' and n_repeats > 0 and mean_repeat_spend > 0

),

-- Equal values share the mean of their ranks.
ranked_buyers as (

    select
        period,
        n_repeats,
        mean_repeat_spend,
        {{ mean_rank('n_repeats', 'period') }} as repeats_rank,
        {{ mean_rank('mean_repeat_spend', 'period') }} as spend_rank
    from repeat_buyers

),

correlated_values as (

    select
        period,
        'frequency_money_correlation' as check_name,
        cast(n_repeats as double) as frequency,
        mean_repeat_spend as spend
    from ranked_buyers
    union all
    select
        period,
        'frequency_money_rank_correlation' as check_name,
        repeats_rank as frequency,
        spend_rank as spend
    from ranked_buyers

),

sums as (

    select
        period,
        check_name,
        count(*) as n_households,
        {{ exact_sum('frequency') }} as frequency,
        {{ exact_sum('spend') }} as spend,
        {{ exact_sum('frequency * spend') }} as product,
        {{ exact_sum('frequency * frequency') }} as squared_frequency,
        {{ exact_sum('spend * spend') }} as squared_spend
    from correlated_values
    group by period, check_name

),

final as (

    select
        period,
        check_name,
        n_households,
        (n_households * product - frequency * spend) / nullif(
            sqrt(greatest(0, n_households * squared_frequency - frequency * frequency))
            * sqrt(greatest(0, n_households * squared_spend - spend * spend)),
            0
        ) as correlation
    from sums

)

select * from final
order by period, check_name
