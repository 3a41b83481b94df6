{% set spans = coupon_spans() %}

with

category_weeks as (

    select
        household_id,
        week_number,
        category,
        cast(sales as decimal(18, 4)) as sales
    from {{ ref('int_category_weeks') }}

),

units as (

    select * from {{ ref('int_impact_units') }}

),

coupon_weeks as (

    select
        campaign_weeks.*,
        coupon_categories.category
    from {{ ref('int_campaign_weeks') }} as campaign_weeks
    inner join {{ ref('int_coupon_categories') }} as coupon_categories
        on campaign_weeks.campaign_id = coupon_categories.campaign_id
    where campaign_weeks.relative_week < {{ var('impact_effect_weeks') }}

),

final as (

    select
        units.campaign_id,
        units.household_id,
        coupon_weeks.category,
        {%- for span, weeks in spans.items() %}
        sum(case when {{ weeks }} then category_weeks.sales else 0 end) as {{ span }},
        {%- endfor %}
        count(*) as n_rows
    from category_weeks
    inner join coupon_weeks
        on
            category_weeks.week_number = coupon_weeks.week_number
            and category_weeks.category = coupon_weeks.category
    inner join units
        on
            category_weeks.household_id = units.household_id
            and coupon_weeks.campaign_id = units.campaign_id
    group by units.campaign_id, units.household_id, coupon_weeks.category

)

select * from final
order by campaign_id, household_id, category
