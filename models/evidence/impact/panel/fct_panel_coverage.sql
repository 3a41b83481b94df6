with

campaign_weeks as (

    select * from {{ ref('fct_campaign_weeks') }}

),

households as (

    select
        campaign_id,
        household_id,
        is_sent,
        count(*) as n_weeks,
        count(*) filter (where relative_week < 0) as n_pre_weeks,
        count(*) filter (where baskets = 0) as n_empty_weeks,
        {{ exact_sum('sales') }} as sales
    from campaign_weeks
    group by campaign_id, household_id, is_sent

),

ranked as (

    select
        *,
        row_number() over (
            partition by campaign_id order by sales desc, household_id asc
        ) as place,
        count(*) over (partition by campaign_id) as n_households
    from households

),

final as (

    select
        campaign_id,
        count(*) filter (where is_sent) as n_sent,
        count(*) filter (where not is_sent) as n_others,
        max(n_pre_weeks) as n_pre_weeks,
        max(n_weeks - n_pre_weeks) as n_followed_weeks,
        cast(sum(n_weeks) as bigint) as n_household_weeks,
        sum(n_empty_weeks) / sum(n_weeks) as share_empty_weeks,
        {{ exact_sum('sales') }} / sum(n_weeks) as mean_weekly_sales,
        median(sales / n_weeks) as median_weekly_sales,
        {%- for share in [1, 5, 10] %}
        {{ exact_sum(
            'case when place <= ceil(' ~ share ~ ' * n_households / 100) then sales end'
        ) }} / nullif({{ exact_sum('sales') }}, 0) as top_{{ share }}_percent_share
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from ranked
    group by campaign_id

)

select
    campaign_id,
    n_sent,
    n_others,
    n_pre_weeks,
    n_followed_weeks,
    n_household_weeks,
    share_empty_weeks,
    mean_weekly_sales,
    median_weekly_sales,
    top_1_percent_share,
    top_5_percent_share,
    top_10_percent_share
from final
order by campaign_id
