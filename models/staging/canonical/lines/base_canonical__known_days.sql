{{ config(
    materialized='table' if setting('edition') == 'canonical' else 'ephemeral'
) }}

with

final as (

    select
        day,
        transacted_on,
        week,
        week_label,
        -- Lines without dates have dates that nobody stated.
        transacted_on - cast(day as integer)
        = date '{{ var("date_of_day_one") }}' - 1 as is_date_unknown
    from {{ ref('base_transactions') }}
    where reject_reason is null
    group by all

)

select * from final
