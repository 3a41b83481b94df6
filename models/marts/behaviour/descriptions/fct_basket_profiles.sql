with

visits as (

    select * from {{ ref('int_visit_measures') }}

),

-- Counts are binned by powers of two, shares by tenths, sales by tenths of the visits:
-- bins that fit any shop and currency.
measured_visits as (

    select
        'sales' as measure,
        sales_tenth as bin,
        sales as value,
        *
    from visits
    union all
    select
        'products' as measure,
        {{ power_of_two_bin('n_products') }} as bin,
        n_products as value,
        *
    from visits
    union all
    select
        'departments' as measure,
        {{ power_of_two_bin('n_departments') }} as bin,
        n_departments as value,
        *
    from visits
    union all
    select
        'discount share' as measure,
        cast(ceil(10 * least(discount_share, 0.6)) as integer) as bin,
        discount_share as value,
        *
    from visits
    where discount_share is not null

),

bins as (

    select
        measure,
        bin,
        min(value) as value_from,
        max(value) as value_to,
        count(*) as n_visits,
        {{ exact_sum('sales') }} as sales,
        {{ exact_sum('full_price') }} as full_price,
        sum(n_products) as n_products,
        sum(n_units) as n_units,
        sum(n_departments) as n_departments
    from measured_visits
    group by measure, bin

),

final as (

    select
        measure,
        bin,
        cast(value_from as double) as value_from,
        cast(value_to as double) as value_to,
        n_visits,
        n_visits / sum(n_visits) over (partition by measure) as share_of_visits,
        sales / nullif({{ exact_sum('sales', 'over (partition by measure)') }}, 0)
            as share_of_sales,
        sales / n_visits as sales_per_visit,
        n_products / n_visits as products_per_visit,
        n_units / n_visits as items_per_visit,
        n_departments / n_visits as departments_per_visit,
        (full_price - sales) / nullif(full_price, 0) as discount_share
    from bins

)

select * from final
order by measure, bin
