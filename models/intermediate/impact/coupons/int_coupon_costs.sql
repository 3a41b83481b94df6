with

coupon_categories as (

    select * from {{ ref('int_coupon_categories') }}

),

unit_matches as (

    select * from {{ ref('int_unit_matches') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

money as (

    select * from {{ ref('int_campaign_money') }}

),

-- The last day of the weeks that an effect is counted over.
spans as (

    {% for n_weeks in [4, var('impact_effect_weeks')] %}
    select
        campaigns.campaign_id,
        {{ n_weeks }} as n_weeks,
        max(weeks.last_day) as last_day
    from campaigns
    inner join {{ ref('int_weeks') }} as weeks
        on campaigns.start_week_number + {{ n_weeks }} > weeks.week_number
    where weeks.is_whole
    group by campaigns.campaign_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

matches as (

    select
        spans.campaign_id,
        spans.n_weeks,
        coalesce(products.category, 'UNKNOWN') as category,
        sum(unit_matches.coupon_match) as coupon_match
    from spans
    inner join unit_matches
        on
            spans.campaign_id = unit_matches.campaign_id
            and spans.last_day >= unit_matches.day
    left join products on unit_matches.product_id = products.product_id
    group by spans.campaign_id, spans.n_weeks, coalesce(products.category, 'UNKNOWN')

),

-- A category bears its part of the mailing by the products that the coupons are for.
category_costs as (

    select
        coupon_categories.campaign_id,
        coupon_categories.category,
        spans.n_weeks,
        coupon_categories.n_coupon_products,
        money.n_effect_weeks,
        money.contact_cost * coupon_categories.n_coupon_products
        / sum(coupon_categories.n_coupon_products) over campaign_spans as contact_cost,
        cast(coalesce(matches.coupon_match, 0) as double) as coupon_match
    from coupon_categories
    inner join money on coupon_categories.campaign_id = money.campaign_id
    inner join spans on coupon_categories.campaign_id = spans.campaign_id
    left join matches
        on
            coupon_categories.campaign_id = matches.campaign_id
            and coupon_categories.category = matches.category
            and spans.n_weeks = matches.n_weeks
    window campaign_spans as (
        partition by coupon_categories.campaign_id, spans.n_weeks
    )

),

category_and_all as (

    select
        *,
        unnest([category, 'all']) as category_or_all
    from category_costs

),

final as (

    select
        campaign_id,
        category_or_all as category,
        n_weeks,
        sum(n_coupon_products) as n_coupon_products,
        max(least(n_effect_weeks, n_weeks)) as n_counted_weeks,
        {{ exact_sum('contact_cost + coupon_match') }} as cost
    from category_and_all
    group by campaign_id, category_or_all, n_weeks

)

select * from final
order by campaign_id, category, n_weeks
