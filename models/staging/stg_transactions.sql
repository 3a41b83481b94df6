-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

checked_lines as (

    select * from {{ ref('base_transactions') }}

),

final as (

    select
        ---------- ids
        household_id,
        basket_id,
        product_id,
        store_id,

        ---------- numbers
        day,
        week,
        quantity,
        sales_value,
        retail_discount,
        coupon_discount,
        coupon_match_discount,

        ---------- booleans
        quantity < 0 or sales_value < 0 as is_return,

        ---------- dates
        transacted_on,
        transaction_time
    from checked_lines
    where reject_reason is null and not is_nobody

)

select * from final
