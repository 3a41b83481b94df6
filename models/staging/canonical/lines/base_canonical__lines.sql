{#- A view, so that only the columns which a step needs are read. -#}
{{ config(materialized='view' if setting('edition') == 'canonical' else 'ephemeral') }}
{% set raw = raw_table('canonical', 'transactions') %}
{#- A date may stand in the column day, too. -#}
{% set date_column = 'transacted_on' if 'transacted_on' in raw.columns else 'day' %}

with

raw_lines as (

    select * from {{ raw.relation }}

),

-- What each cell says, in the types of the warehouse; NULL for what it does not say.
stated_lines as (

    select
        {{ source_key(raw, 'household_id') }} as household_id,
        {{ source_spelling(raw, 'household_id') }} as source_household_id,
        {{ basket_key(raw) }} as basket_id,
        {{ product_key(raw) }} as product_id,
        {{ source_spelling(raw, 'product_id') }} as source_product_id,
        coalesce({{ source_key(raw, 'store_id') }}, 0) as store_id,
        {{ source_spelling(raw, 'store_id') }} as source_store_id,
        {{ stated_text(raw, 'week') }} as week_label,
        {{ stated_whole_number(raw, 'day') }} as stated_day,
        {{ stated_number(raw, 'sales_value') }} as sales_value,
        {{ stated_number(raw, 'quantity') }} as quantity,
        coalesce({{ stated_number(raw, 'retail_discount') }}, 0) as retail_discount,
        coalesce({{ stated_number(raw, 'coupon_discount') }}, 0) as coupon_discount,
        coalesce({{ stated_number(raw, 'coupon_match_discount') }}, 0)
            as coupon_match_discount,
        {{ has_more_decimals(raw, 'sales_value') }} as is_rounded,
        {{ is_nobody(raw, 'household_id') }} as is_nobody,
        coalesce({{ stated_flag(raw, 'is_return') }}, false) as is_marked_return,
        {{ stated_date(raw, date_column) }} as stated_on,
        {{ stated_time(raw, date_column) }} as transaction_time,
        {{ line_problem(raw, date_column) }} as problem,
        raw_lines as raw_row
    from raw_lines

),

-- A line that is marked as a return counts against the sales however it is signed. A
-- quantity that is not stated is one piece.
signed_lines as (

    select
        * replace (
            case when is_marked_return then -abs(sales_value) else sales_value end
                as sales_value,
            case
                when is_marked_return then -abs(coalesce(quantity, 1))
                else coalesce(quantity, case when sales_value < 0 then -1 else 1 end)
            end as quantity
        )
    from stated_lines

),

final as (

    select
        * replace (
            {{ signed_discount('retail_discount') }} as retail_discount,
            {{ signed_discount('coupon_discount') }} as coupon_discount,
            {{ signed_discount('coupon_match_discount') }} as coupon_match_discount
        )
    from signed_lines

)

select * from final
