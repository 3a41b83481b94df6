with

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

final as (

    select
        purchase_days.household_id,
        weeks.week_number,
        cast(sum(purchase_days.sales_value) as decimal(18, 4)) as sales_value,
        cast(sum(purchase_days.n_baskets) as bigint) as n_baskets,
        cast(sum(purchase_days.n_units) as bigint) as n_units,
        cast(sum(purchase_days.coupon_discount) as decimal(18, 4)) as coupon_discount,
        cast(sum(purchase_days.retail_discount) as decimal(18, 4)) as retail_discount
    from purchase_days
    inner join weeks on purchase_days.week = weeks.week
    group by purchase_days.household_id, weeks.week_number

)

select * from final
order by household_id, week_number
