with

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

purchase_weeks as (

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

),

households as (

    select distinct household_id
    from purchase_weeks

),

final as (

    select
        households.household_id,
        weeks.week_number,
        coalesce(purchase_weeks.sales_value, 0) as sales_value,
        coalesce(purchase_weeks.n_baskets, 0) as n_baskets,
        coalesce(purchase_weeks.n_units, 0) as n_units,
        coalesce(purchase_weeks.coupon_discount, 0) as coupon_discount,
        coalesce(purchase_weeks.retail_discount, 0) as retail_discount
    from households
    cross join weeks
    left join purchase_weeks
        on
            households.household_id = purchase_weeks.household_id
            and weeks.week_number = purchase_weeks.week_number

)

select * from final
order by household_id, week_number
