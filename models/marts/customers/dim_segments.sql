with

households as (

    select * from {{ ref('dim_households') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

segment_totals as (

    select
        segment_id,
        count(*) as n_households,
        avg(monetary_sales) as mean_sales,
        avg(frequency) as mean_frequency,
        avg(recency) as mean_recency,
        avg(purchase_regularity) as mean_regularity,
        sum(monetary_sales) as sales
    from households
    group by segment_id

),

final as (

    select
        cast(segment_names.segment_id as integer) as segment_id,
        segment_names.segment_name,
        cast(segment_totals.n_households as integer) as n_households,
        segment_totals.n_households / sum(segment_totals.n_households) over ()
            as household_share,
        cast(segment_totals.sales / sum(segment_totals.sales) over () as double)
            as sales_share,
        cast(segment_totals.mean_sales as double) as mean_sales,
        segment_totals.mean_frequency,
        segment_totals.mean_recency,
        segment_totals.mean_regularity,
        segment_names.main_factor,
        segment_names.second_factor
    from segment_totals
    inner join segment_names on segment_totals.segment_id = segment_names.segment_id

)

select * from final
order by segment_id
