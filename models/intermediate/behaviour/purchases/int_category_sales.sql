with

lines as (

    select * from {{ ref('int_lines') }}

),

final as (

    select
        household_id,
        macro_category as category,
        sum(sales_value) as sales_amount
    from lines
    group by household_id, macro_category

)

select * from final
order by household_id, category
