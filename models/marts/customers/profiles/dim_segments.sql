with

household_features as (

    select *
    from {{ ref('fct_household_features') }}
    where window_id = 'full'

),

household_segments as (

    select *
    from {{ ref('int_household_segments') }}
    where window_id = 'full'

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

segment_strategies as (

    select * from {{ ref('int_segment_strategies') }}

),

segment_totals as (

    select
        household_segments.segment_id,
        count(*) as n_households,
        avg(household_features.monetary_sales) as mean_sales,
        avg(household_features.frequency) as mean_frequency,
        avg(household_features.recency) as mean_recency,
        {{ exact_avg('household_features.purchase_regularity') }} as mean_regularity,
        sum(household_features.monetary_sales) as sales
    from household_segments
    inner join household_features
        on household_segments.household_id = household_features.household_id
    group by household_segments.segment_id

),

-- The steps of the Lorenz curve. The best segment comes first, as segments are numbered
-- by mean sales.
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
