select
    verdicts.campaign_id as campaign,
    round(100 * verdicts.redeemed_share, 1) as percent_redeeming,
    cast(round(min(abs(participation.redeemer_effect))) as integer)
        as weekly_sales_each_must_have_added,
    cast(round(verdicts.sales_before) as integer) as weekly_sales_before,
    cast(round(100 * any_value(coupons.lift)) as integer) as coupon_categories_percent
from {{ ref('fct_campaign_verdicts') }} as verdicts
inner join {{ ref('fct_campaign_participation') }} as participation
    on 'campaign ' || verdicts.campaign_id = participation.scope
left join {{ ref('fct_coupon_effects') }} as coupons
    on
        verdicts.campaign_id = coupons.campaign_id
        and coupons.category = 'all'
        and coupons.n_weeks = 8
where verdicts.answer = 'raised sales'
group by verdicts.campaign_id, verdicts.redeemed_share, verdicts.sales_before
order by verdicts.campaign_id
