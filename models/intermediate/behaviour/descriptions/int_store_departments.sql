with

lines as (

    select *
    from {{ ref('int_lines') }}
    where not is_return

),

store_departments as (

    select
        store_id,
        department,
        cast(sum(sales_value) as double) as sales
    from lines
    group by store_id, department

),

ranked_departments as (

    select
        store_id,
        department,
        sales / nullif({{ exact_sum('sales', 'over (partition by store_id)') }}, 0)
            as sales_share,
        row_number() over (
            partition by store_id order by sales desc, department asc
        ) as place
    from store_departments

),

final as (

    select
        store_id,
        string_agg(
            department || coalesce(' ' || {{ in_per_cent('sales_share') }}, ''),
            ', ' order by place
        ) as main_departments
    from ranked_departments
    where place <= 3
    group by store_id

)

select * from final
order by store_id
