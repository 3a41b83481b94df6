with

category_weeks as (

    select * from {{ ref('int_category_weeks') }}

),

units as (

    select * from {{ ref('int_impact_units') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

coupon_categories as (

    select * from {{ ref('int_coupon_categories') }}

),

unit_weeks as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        category_weeks.category,
        category_weeks.sales,
        category_weeks.week_number - campaigns.start_week_number as relative_week,
        campaigns.n_pre_weeks,
        campaigns.n_effect_weeks
    from units
    inner join campaigns on units.campaign_id = campaigns.campaign_id
    inner join category_weeks
        on
            units.household_id = category_weeks.household_id
            and category_weeks.week_number
            between campaigns.start_week_number - {{ var('impact_pre_weeks') }}
            and campaigns.start_week_number + {{ var('impact_effect_weeks') }} - 1

),

-- One row per household and coupon category with any sale; the categories that the
-- campaign has no coupon for are one, whose name is NULL.
final as (

    select
        unit_weeks.campaign_id,
        unit_weeks.household_id,
        unit_weeks.is_sent,
        coupon_categories.category,
        {%- for weeks in [4, var('impact_effect_weeks')] %}
        {{ exact_sum(
            'case when relative_week between 0 and ' ~ (weeks - 1)
            ~ ' then unit_weeks.sales else 0 end'
        ) }}
        / max(least(unit_weeks.n_effect_weeks, {{ weeks }}))
            as mean_{{ 'short' if loop.first else 'long' }},
        {%- endfor %}
        {{ exact_sum('case when relative_week < 0 then unit_weeks.sales else 0 end') }}
        / max(unit_weeks.n_pre_weeks) as mean_before
    from unit_weeks
    left join coupon_categories
        on
            unit_weeks.campaign_id = coupon_categories.campaign_id
            and unit_weeks.category = coupon_categories.category
    group by
        unit_weeks.campaign_id,
        unit_weeks.household_id,
        unit_weeks.is_sent,
        coupon_categories.category

)

select * from final
order by campaign_id, category, household_id
