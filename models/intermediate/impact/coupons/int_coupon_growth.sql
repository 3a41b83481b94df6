{% set spans = {'short': 4, 'long': var('impact_effect_weeks')} %}

with

moments as (

    select * from {{ ref('int_coupon_moments') }}

),

-- Growth is a ratio: the season lifts a household that buys much by more dollars.
final as (
    {% for span, weeks in spans.items() %}
    select
        campaign_id,
        category,
        is_sent,
        n_units,
        n_buyers_before,
        {{ weeks }} as n_weeks,
        coupon_before / n_units as mean_before,
        coupon_{{ span }} / n_units as mean_after,
        ln(coupon_{{ span }} / coupon_before) - ln(rest_{{ span }} / rest_before)
            as log_growth,
        {{ log_growth_variance(span) }} as variance
    from moments
    where
        least(coupon_before, coupon_{{ span }}, rest_before, rest_{{ span }}) > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
order by campaign_id, category, n_weeks, is_sent
