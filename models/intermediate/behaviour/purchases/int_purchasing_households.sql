with

transactions as (

    select * from {{ ref('stg_transactions') }}

),

final as (

    select
        household_id,
        min(day) as first_day,
        max(day) as last_day
    from transactions
    group by household_id

)

select * from final
order by household_id
