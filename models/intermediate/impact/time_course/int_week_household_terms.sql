{% set columns = ['sales_error', 'baskets_error', 'coupon_product_sales_error'] %}

with

week_terms as (

    select * from {{ ref('int_week_terms') }}

),

scopes as (

    select * from {{ ref('int_week_scopes') }}

),

campaign_terms as (

    select
        scopes.scope,
        week_terms.household_id,
        week_terms.relative_week,
        {%- for column in columns %}
        week_terms.{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from week_terms
    inner join scopes on week_terms.campaign_id = scopes.campaign_id
    where starts_with(scopes.scope, 'campaign ')

),

-- A household stands in many campaigns: its terms are summed before they are squared.
pooled_terms as (

    select
        scopes.scope,
        week_terms.household_id,
        week_terms.relative_week,
        {%- for column in columns %}
        {{ exact_sum('scopes.weight * week_terms.' ~ column) }} as {{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from week_terms
    inner join scopes on week_terms.campaign_id = scopes.campaign_id
    where not starts_with(scopes.scope, 'campaign ')
    group by scopes.scope, week_terms.household_id, week_terms.relative_week

),

final as (

    select * from campaign_terms
    union all
    select * from pooled_terms

)

select * from final
order by scope, household_id, relative_week
