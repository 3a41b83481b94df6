with

lines as (

    select * from {{ ref('stg_transactions') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

totals as (

    select
        count(*) as n_lines,
        sum(sales_value) as sales_value,
        count(*) filter (where quantity > 0 and sales_value = 0) as n_free_lines,
        count(*) filter (where quantity > 0) as n_item_lines,
        count(*) filter (where is_return) as n_returns,
        sum(sales_value) filter (where is_return) as returned_sales,
        count(*) filter (
            where sales_value = 0 and retail_discount + coupon_discount > 0
        ) as n_free_by_discount
    from lines

),

household_sales as (

    select
        household_id,
        sum(sales_value) as sales_value,
        count(distinct basket_id) as n_baskets
    from lines
    group by household_id

),

largest_households as (

    select * from household_sales
    order by sales_value desc, household_id asc
    limit 1

),

unit_lines as (

    select lines.quantity
    from lines
    left join products on lines.product_id = products.product_id
    where lines.quantity > 0 and coalesce(products.counts_units, true)

),

units as (

    select
        median(quantity) as median_units,
        max(quantity) as max_units,
        count(*) filter (where quantity >= 1000) as n_large
    from unit_lines

),

final as (

    select
        'one household' as finding,
        cast(largest_households.sales_value / totals.sales_value as double) as number,
        'Household ' || {{ source_id('largest_households.household_id', 'household') }}
        || ' has '
        || round(100 * largest_households.sales_value / totals.sales_value, 1)
        || ' % of all sales, in '
        || {{ counted('largest_households.n_baskets', 'basket') }} || '. If it '
        || 'stands for customers without a card, add it to var nobody_households.'
            as sentence
    from largest_households
    cross join totals
    where
        largest_households.sales_value >= 0.2 * totals.sales_value
        and (select count(*) from household_sales) >= 10
    union all
    select
        'prices of 0' as finding,
        n_free_lines / n_item_lines as number,
        'Lines with goods that cost 0: ' || n_free_lines || ' of ' || n_item_lines
        || ' (' || round(100 * n_free_lines / n_item_lines, 1)
        || ' %), with a discount ' || n_free_by_discount || '. Is sales_value what the '
        || 'customer pays for the whole line?' as sentence
    from totals
    where n_free_lines > 0.05 * n_item_lines
    union all
    select
        'units per line' as finding,
        cast(max_units as double) as number,
        'Units of half of the lines: ' || {{ in_digits('median_units', 0) }}
        || ' or more. Lines with 1,000 or more: ' || n_large || ' (up to '
        || {{ in_digits('max_units', 0) }} || '). Is quantity in units, not in grams?'
            as sentence
    from units
    where median_units >= 20 or n_large > 0
    union all
    select
        'returns' as finding,
        n_returns / n_lines as number,
        'Returns: ' || {{ counted('n_returns', 'line') }} || ' ('
        || round(100 * n_returns / n_lines, 1) || ' %), worth '
        || round(returned_sales, 2) || '. They are netted in money and '
        || 'count as no visit and no item.' as sentence
    from totals
    where n_returns > 0

)

select * from final
order by finding
