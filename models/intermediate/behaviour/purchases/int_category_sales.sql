with

lines as (

    select * from {{ ref('int_lines') }}

),

-- What households buy: goods that come back are no lack of a taste for others.
final as (

    select
        household_id,
        macro_category as category,
        sum(sales_value) as sales_amount
    from lines
    where not is_return
    group by household_id, macro_category

)

select * from final
order by household_id, category
