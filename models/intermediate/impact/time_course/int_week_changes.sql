{% set outcomes = ['sales', 'baskets', 'coupon_product_sales'] %}

with

campaign_weeks as (

    select *
    from {{ ref('fct_campaign_weeks') }}
    where relative_week >= 0

),

unit_means as (

    select * from {{ ref('int_unit_means') }}

),

final as (

    select
        campaign_weeks.campaign_id,
        campaign_weeks.household_id,
        campaign_weeks.relative_week,
        {%- for outcome in outcomes %}
        campaign_weeks.{{ outcome }} - unit_means.{{ outcome }}_before as {{ outcome }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from campaign_weeks
    inner join unit_means
        on
            campaign_weeks.campaign_id = unit_means.campaign_id
            and campaign_weeks.household_id = unit_means.household_id

)

select * from final
order by campaign_id, household_id, relative_week
