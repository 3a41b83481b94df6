-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_lines as (

    select * from {{ ref('base_transactions') }}
    where reject_reason is null

),

left_out_lines as (

    select
        'no household' as reason,
        count(*) as n_lines,
        count(distinct basket_id) as n_baskets,
        cast(coalesce(sum(sales_value), 0) as decimal(38, 4)) as sales_value
    from checked_lines
    where is_nobody
    having count(*) > 0

),

-- Baskets are counted only where something is left out.
totals as (

    select
        count(*) as n_all_lines,
        count(distinct basket_id) as n_all_baskets,
        sum(sales_value) as all_sales
    from checked_lines
    where exists (select 1 from left_out_lines)

),

final as (

    select
        ---------- ids
        left_out_lines.reason,

        ---------- numbers
        left_out_lines.n_lines,
        left_out_lines.n_baskets,
        left_out_lines.sales_value,
        left_out_lines.n_lines / totals.n_all_lines as line_share,
        left_out_lines.n_baskets / totals.n_all_baskets as basket_share,
        left_out_lines.sales_value / nullif(totals.all_sales, 0) as sales_share
    from left_out_lines
    cross join totals

)

select * from final
