{#- A view, so that only the columns which a step needs are read. -#}
{{ config(materialized='view' if setting('edition') == 'canonical' else 'ephemeral') }}

with

judged_lines as (

    select * from {{ ref('base_canonical__judged_lines') }}

),

-- Receipt numbers that come on several days or with several households.
-- Read from the view itself: DuckDB would keep what two steps read of judged_lines.
reused_baskets as (

    select basket_id
    from {{ ref('base_canonical__judged_lines') }}
    where reject_reason is null
    group by basket_id
    having
        min(coalesce(household_id, -1)) != max(coalesce(household_id, -1))
        or min(day) != max(day)

),

-- Such a number is a basket of its own for each household, day and store. So is a
-- basket without a number.
basket_lines as (

    select
        judged_lines.* replace (
            case
                when
                    judged_lines.basket_id is null
                    or reused_baskets.basket_id is not null
                    then {{ reused_basket_key('judged_lines') }}
                else judged_lines.basket_id
            end as basket_id
        ),
        reused_baskets.basket_id is not null as is_number_reused
    from judged_lines
    left join reused_baskets on judged_lines.basket_id = reused_baskets.basket_id

),

-- What makes lines one: NULL for rejected lines, which stay as they are.
final as (

    select
        *,
        case
            when reject_reason is null
                then hash(basket_id, product_id, quantity < 0 or sales_value < 0)
        end as line_key
    from basket_lines

)

select * from final
