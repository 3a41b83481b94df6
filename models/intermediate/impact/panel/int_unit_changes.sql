{% set outcomes = [
    'sales', 'baskets', 'units', 'coupon_discount', 'retail_discount',
    'coupon_product_sales', 'other_sales'
] %}


with

campaign_weeks as (

    select * from {{ ref('fct_campaign_weeks') }}

),

unit_means as (

    select
        campaign_id,
        household_id,
        is_sent,
    {%- for outcome in outcomes %}
    avg({{ outcome }}) filter (where relative_week < 0) as {{ outcome }}_before,
    avg({{ outcome }}) filter (
        where relative_week between 0 and {{ var('impact_effect_weeks') }} - 1
    ) as {{ outcome }}_after
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
    from campaign_weeks
    group by campaign_id, household_id, is_sent

),

final as (

    {%- for outcome in outcomes %}
    select
        campaign_id,
        household_id,
        is_sent,
        '{{ outcome }}' as outcome,
        {{ outcome }}_before as mean_before,
        {{ outcome }}_after as mean_after,
        {{ outcome }}_after - {{ outcome }}_before as change
    from unit_means
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from final
order by campaign_id, outcome, household_id
