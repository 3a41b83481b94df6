with

households as (

    select * from {{ ref('dim_households') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

segment_strategies as (

    select * from {{ ref('int_segment_strategies') }}

),

segment_totals as (

    select
        segment_id,
        count(*) as n_households,
        avg(monetary_sales) as mean_sales,
        avg(frequency) as mean_frequency,
        avg(recency) as mean_recency,
        {{ exact_avg('purchase_regularity') }} as mean_regularity,
        sum(monetary_sales) as sales
    from households
    group by segment_id

),

-- The steps of the Lorenz curve, best segment first: numbers follow mean sales.
segment_shares as (

    select
        segment_id,
        n_households / sum(n_households) over () as household_share,
        cast(sales / sum(sales) over () as double) as sales_share,
        sum(n_households) over (order by segment_id) / sum(n_households) over ()
            as cumulative_household_share,
        cast(
            sum(sales) over (order by segment_id) / sum(sales) over () as double
        ) as cumulative_sales_share
    from segment_totals

),

final as (

    select
        cast(segment_names.segment_id as integer) as segment_id,
        segment_names.segment_name,
        cast(segment_totals.n_households as integer) as n_households,
        segment_shares.household_share,
        segment_shares.sales_share,
        segment_shares.cumulative_household_share,
        segment_shares.cumulative_sales_share,
        segment_shares.sales_share / segment_shares.household_share as sales_index,
        cast(segment_totals.mean_sales as double) as mean_sales,
        segment_totals.mean_frequency,
        segment_totals.mean_recency,
        segment_totals.mean_regularity,
        segment_names.main_factor,
        segment_names.second_factor,
        segment_strategies.priority,
        segment_strategies.strategy,
        segment_strategies.key_actions
    from segment_totals
    inner join segment_names on segment_totals.segment_id = segment_names.segment_id
    inner join segment_shares on segment_totals.segment_id = segment_shares.segment_id
    left join segment_strategies
        on segment_totals.segment_id = segment_strategies.segment_id

)

select * from final
order by segment_id
