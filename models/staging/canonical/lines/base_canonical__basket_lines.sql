{#- A view, so that only the columns which a step needs are read. -#}
{{ config(materialized='view' if setting('edition') == 'canonical' else 'ephemeral') }}

with

judged_lines as (

    select * from {{ ref('base_canonical__judged_lines') }}

),

reused_numbers as (

    select * from {{ ref('base_canonical__receipts') }}
    where is_number_reused

),

-- A receipt number that comes on several days or with several households is a basket of
-- its own for each household, day and store.
final as (

    select
        judged_lines.* replace (
            case
                when reused_numbers.basket_id is not null
                    then {{ reused_basket_key('judged_lines') }}
                else judged_lines.basket_id
            end as basket_id
        ),
        reused_numbers.basket_id is not null as is_number_reused
    from judged_lines
    left join reused_numbers on judged_lines.basket_id = reused_numbers.basket_id

)

select * from final
