with

visits as (

    select *
    from {{ ref('int_baskets') }}
    where is_visit

),

store_departments as (

    select * from {{ ref('int_store_departments') }}

),

store_households as (

    select
        store_id,
        household_id,
        count(*) as n_visits,
        cast(sum(sales_value) as double) as sales,
        cast(sum(retail_discount) as double) as retail_discount,
        sum(n_units) as n_units,
        min(day) as first_day,
        max(day) as last_day
    from visits
    group by store_id, household_id

),

-- The store that a household visits most is its own.
ranked_stores as (

    select
        *,
        row_number() over (
            partition by household_id order by n_visits desc, sales desc, store_id asc
        ) = 1 as is_main_store
    from store_households

),

stores as (

    select
        store_id,
        min(first_day) as first_day,
        max(last_day) as last_day,
        count(*) as n_households,
        count(*) filter (where is_main_store) as n_main_households,
        cast(sum(n_visits) as bigint) as n_visits,
        {{ exact_sum('sales') }} as sales,
        {{ exact_sum('retail_discount') }} as retail_discount,
        sum(n_units) as n_units
    from ranked_stores
    group by store_id

),

final as (

    select
        stores.store_id,
        {{ source_id('stores.store_id', 'store') }} as source_store_id,
        stores.first_day,
        stores.last_day,
        stores.n_households,
        stores.n_main_households,
        stores.n_visits,
        stores.sales,
        stores.sales / nullif({{ exact_sum('stores.sales', 'over ()') }}, 0)
            as share_of_sales,
        row_number() over (order by stores.sales desc, stores.store_id asc)
            as sales_rank,
        stores.sales / stores.n_visits as sales_per_visit,
        stores.n_units / stores.n_visits as items_per_visit,
        stores.retail_discount / nullif(stores.sales + stores.retail_discount, 0)
            as discount_share,
        store_departments.main_departments
    from stores
    left join store_departments on stores.store_id = store_departments.store_id

)

select * from final
order by sales_rank
