with

week_terms as (

    select * from {{ ref('int_week_terms') }}

),

scopes as (

    select * from {{ ref('int_week_scopes') }}

),

final as (

    {{ scope_terms(
        'week_terms', 'scopes', ['relative_week'],
        ['sales_error', 'baskets_error', 'coupon_product_sales_error']
    ) }}

)

select * from final
order by scope, household_id, relative_week
