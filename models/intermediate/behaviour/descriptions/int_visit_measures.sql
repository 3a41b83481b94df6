with

visits as (

    select *
    from {{ ref('int_baskets') }}
    where is_visit

),

basket_departments as (

    select
        basket_id,
        count(distinct department) as n_departments
    from {{ ref('int_lines') }}
    where is_item_line
    group by basket_id

),

final as (

    select
        visits.basket_id,
        visits.n_units,
        visits.n_item_lines as n_products,
        coalesce(basket_departments.n_departments, 0) as n_departments,
        cast(visits.sales_value as double) as sales,
        cast(visits.sales_value + visits.retail_discount as double) as full_price,
        case
            when visits.sales_value + visits.retail_discount > 0
                then greatest(0, {{ ratio(
                    'visits.retail_discount',
                    'visits.sales_value + visits.retail_discount'
                ) }})
        end as discount_share,
        -- Tenths of the visits, the smallest baskets first.
        ntile(10) over (order by visits.sales_value, visits.basket_id) as sales_tenth
    from visits
    left join basket_departments on visits.basket_id = basket_departments.basket_id

)

select * from final
