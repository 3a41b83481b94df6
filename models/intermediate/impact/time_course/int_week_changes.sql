{% set outcomes = ['sales', 'baskets', 'coupon_product_sales'] %}

with

campaign_weeks as (

    select *
    from {{ ref('fct_campaign_weeks') }}
    where relative_week >= 0

),

means_before as (

    select
        campaign_id,
        household_id,
        {%- for outcome in outcomes %}
        max(mean_before) filter (where outcome = '{{ outcome }}') as {{ outcome }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_unit_changes') }}
    group by campaign_id, household_id

),

final as (

    select
        campaign_weeks.campaign_id,
        campaign_weeks.household_id,
        campaign_weeks.relative_week,
        {%- for outcome in outcomes %}
        campaign_weeks.{{ outcome }} - means_before.{{ outcome }} as {{ outcome }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from campaign_weeks
    inner join means_before
        on
            campaign_weeks.campaign_id = means_before.campaign_id
            and campaign_weeks.household_id = means_before.household_id

)

select * from final
order by campaign_id, household_id, relative_week
