{{ config(group='behaviour') }}
-- If this fails, a join between staging and the features drops or repeats lines (say
-- repeated product rows), and every amount in the marts is wrong by as much; or a line
-- has no department, category or number of units. One pass over the lines says it all.

with

staged_lines as (

    select * from {{ ref('stg_transactions') }}

),

lines as (

    select * from {{ ref('int_lines') }}

),

full_features as (

    select * from {{ ref('int_window_features') }}
    where window_id = 'full'

),

staged_totals as (

    select
        count(*) as n_lines,
        count(*) filter (where quantity > 0 and not is_return) as n_item_lines,
        sum(sales_value) as sales_value,
        sum(sales_value - coupon_discount) as actual_spend,
        coalesce(-sum(sales_value) filter (where is_return), 0) as returned_sales
    from staged_lines

),

line_totals as (

    select
        count(*) as n_lines,
        count(*) filter (where is_item_line) as n_item_lines,
        count(department) as n_department_lines,
        count(macro_category) as n_category_lines,
        count(n_units) as n_unit_lines,
        sum(sales_value) as sales_value,
        sum(actual_spend) as actual_spend
    from lines

),

feature_totals as (

    select
        sum(transaction_count) as n_item_lines,
        sum(monetary_sales) as sales_value,
        sum(monetary_actual) as actual_spend,
        sum(returned_sales) as returned_sales
    from full_features

),

-- Amounts are decimals: the sums are exact and must be equal to the last place. Sales
-- are net of returns on both sides.
differences as (

    select
        staged_totals.n_lines as n_staged_lines,
        line_totals.n_lines as n_joined_lines,
        line_totals.n_department_lines,
        line_totals.n_category_lines,
        line_totals.n_unit_lines,
        staged_totals.n_item_lines as n_staged_item_lines,
        feature_totals.n_item_lines as n_feature_item_lines,
        staged_totals.sales_value as staged_sales_value,
        line_totals.sales_value as joined_sales_value,
        feature_totals.sales_value as feature_sales_value,
        staged_totals.actual_spend as staged_actual_spend,
        feature_totals.actual_spend as feature_actual_spend,
        staged_totals.returned_sales as staged_returned_sales,
        feature_totals.returned_sales as feature_returned_sales
    from staged_totals
    cross join line_totals
    cross join feature_totals
    where
        staged_totals.n_lines != line_totals.n_lines
        or staged_totals.n_lines != line_totals.n_department_lines
        or staged_totals.n_lines != line_totals.n_category_lines
        or staged_totals.n_lines != line_totals.n_unit_lines
        or staged_totals.n_item_lines != line_totals.n_item_lines
        or staged_totals.n_item_lines != feature_totals.n_item_lines
        or staged_totals.sales_value != line_totals.sales_value
        or staged_totals.sales_value != feature_totals.sales_value
        or staged_totals.actual_spend != line_totals.actual_spend
        or staged_totals.actual_spend != feature_totals.actual_spend
        or staged_totals.returned_sales != feature_totals.returned_sales

)

select * from differences
