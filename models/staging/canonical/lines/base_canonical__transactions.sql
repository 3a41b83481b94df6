with

-- To read the lines several times costs a part of what keeping them aside would.
basket_lines as not materialized (

    select * from {{ ref('base_canonical__basket_lines') }}

),

-- Few baskets have a product twice; most data have none, and nothing is grouped.
repeating_baskets as (

    select * from {{ ref('base_canonical__repeating_baskets') }}

),

repeated_lines as (

    select basket_lines.*
    from basket_lines
    semi join repeating_baskets
        on basket_lines.basket_id = repeating_baskets.basket_id
    where basket_lines.reject_reason is null

),

-- A till that scans each piece repeats a product in a basket: such lines are summed,
-- what was bought and what came back apart.
summed_lines as (

    select
        basket_id,
        product_id,
        min(household_id) as household_id,
        min(source_household_id) as source_household_id,
        min(source_product_id) as source_product_id,
        min(store_id) as store_id,
        min(source_store_id) as source_store_id,
        min(day) as day,
        min(week) as week,
        min(week_label) as week_label,
        min(transacted_on) as transacted_on,
        min(transaction_time) as transaction_time,
        cast(sum(quantity) as decimal(18, 4)) as quantity,
        cast(sum(sales_value) as decimal(18, 4)) as sales_value,
        cast(sum(retail_discount) as decimal(18, 4)) as retail_discount,
        cast(sum(coupon_discount) as decimal(18, 4)) as coupon_discount,
        cast(sum(coupon_match_discount) as decimal(18, 4)) as coupon_match_discount,
        bool_or(is_nobody) as is_nobody,
        bool_or(is_rounded) as is_rounded,
        bool_or(is_number_reused) as is_number_reused,
        count(*) as n_raw_rows,
        count(*) > 1
        and min(quantity) = max(quantity)
        and min(sales_value) = max(sales_value) as is_copied,
        cast(null as varchar) as reject_reason,
        cast(null as varchar) as raw_text
    from repeated_lines
    group by basket_id, product_id, quantity < 0 or sales_value < 0

),

-- Lines of all other baskets, and rejected lines.
unrepeated_lines as (

    select basket_lines.*
    from basket_lines
    left join repeating_baskets
        on basket_lines.basket_id = repeating_baskets.basket_id
    where
        repeating_baskets.basket_id is null
        or basket_lines.reject_reason is not null

),

single_lines as (

    select
        * exclude (
            raw_row,
            problem,
            is_marked_return,
            stated_on,
            stated_day,
            is_day_kept,
            day_zero,
            first_date,
            last_date,
            week_zero
        ),
        1 as n_raw_rows,
        false as is_copied,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from unrepeated_lines

)

select * from summed_lines
union all by name
select * from single_lines
