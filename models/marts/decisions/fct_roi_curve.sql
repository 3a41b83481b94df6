with

targeting_ranks as (

    select * from {{ ref('int_targeting_ranks') }}

),

shares as (

    select unnest(generate_series(1, 100)) as percent_targeted

),

unit_profits as (

    select
        targeting_ranks.design,
        shares.percent_targeted,
        targeting_ranks.split_id,
        targeting_ranks.household_id,
        targeting_ranks.campaign_id,
        case
            when targeting_ranks.rank_share <= shares.percent_targeted / 100.0 then 1
            else 0
        end as is_targeted,
        is_targeted * (
            {{ var('margin') }} * targeting_ranks.dr_score
            - {{ var('cost_per_contact') }}
        ) as profit
    from targeting_ranks
    cross join shares

),

centred_profits as (

    select
        *,
        profit - avg(cast(profit as decimal(38, 12))) over (
            partition by design, percent_targeted, split_id
        ) as centred_profit
    from unit_profits

),

household_profits as (

    select
        design,
        percent_targeted,
        split_id,
        household_id,
        {{ exact_sum('profit') }} as profit,
        {{ exact_sum('centred_profit') }} as centred_profit,
        sum(is_targeted) as n_targeted,
        count(*) as n_units
    from centred_profits
    group by design, percent_targeted, split_id, household_id

),

split_profits as (

    select
        design,
        percent_targeted,
        split_id,
        {{ exact_sum('profit') }} as profit,
        sum(n_targeted) as n_targeted,
        sum(n_units) * {{ clustered_std_error('centred_profit', 'n_units') }}
            as std_error
    from household_profits
    group by design, percent_targeted, split_id

),

median_profits as (

    select
        design,
        percent_targeted,
        median(profit) as profit
    from split_profits
    group by design, percent_targeted

),

curve as (

    select
        median_profits.design,
        median_profits.percent_targeted,
        avg(split_profits.n_targeted) as n_targeted,
        max(median_profits.profit) as profit,
        {{ median_std_error(
            'split_profits.profit', 'split_profits.std_error', 'median_profits.profit'
        ) }} as std_error
    from median_profits
    inner join split_profits
        on
            median_profits.design = split_profits.design
            and median_profits.percent_targeted = split_profits.percent_targeted
    group by median_profits.design, median_profits.percent_targeted

),

final as (

    select
        design,
        cast(percent_targeted as integer) as percent_targeted,
        cast(percent_targeted / 100.0 as double) as share_targeted,
        n_targeted,
        profit,
        std_error,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper,
        n_targeted * {{ var('cost_per_contact') }} as contact_cost,
        profit / nullif(n_targeted * {{ var('cost_per_contact') }}, 0) as roi
    from curve

)

select * from final
order by design, percent_targeted
