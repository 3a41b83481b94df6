{% set spans = coupon_spans() %}

with

units as (

    select * from {{ ref('int_impact_units') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

campaign_weeks as (

    select *
    from {{ ref('int_campaign_weeks') }}
    where relative_week < {{ var('impact_effect_weeks') }}

),

coupon_sums as (

    select * from {{ ref('int_coupon_category_sums') }}

),

household_weeks as (

    select
        household_id,
        week_number,
        sum(cast(sales as decimal(18, 4))) as sales,
        count(*) as n_rows
    from {{ ref('int_category_weeks') }}
    group by household_id, week_number

),

-- The categories without a coupon are all categories less those with one.
rest_parts as (

    select
        units.campaign_id,
        units.household_id,
        {%- for span, weeks in spans.items() %}
        case when {{ weeks }} then household_weeks.sales else 0 end as {{ span }},
        {%- endfor %}
        household_weeks.n_rows
    from units
    inner join campaign_weeks on units.campaign_id = campaign_weeks.campaign_id
    inner join household_weeks
        on
            units.household_id = household_weeks.household_id
            and campaign_weeks.week_number = household_weeks.week_number
    union all
    select
        campaign_id,
        household_id,
        {%- for span in spans %}
        -{{ span }} as {{ span }},
        {%- endfor %}
        -n_rows as n_rows
    from coupon_sums

),

sums as (

    select * from coupon_sums
    union all by name
    select
        campaign_id,
        household_id,
        {%- for span in spans %}
        sum({{ span }}) as {{ span }},
        {%- endfor %}
        sum(n_rows) as n_rows
    from rest_parts
    group by campaign_id, household_id
    having sum(n_rows) > 0

),

-- One row per household and coupon category with any sale; the categories that the
-- campaign has no coupon for are one, whose name is NULL.
final as (

    select
        sums.campaign_id,
        sums.household_id,
        units.is_sent,
        sums.category,
        cast(sums.short as double) / least(campaigns.n_effect_weeks, 4) as mean_short,
        cast(sums.long as double) / campaigns.n_effect_weeks as mean_long,
        cast(sums.before as double) / campaigns.n_pre_weeks as mean_before
    from sums
    inner join campaigns on sums.campaign_id = campaigns.campaign_id
    inner join units
        on
            sums.campaign_id = units.campaign_id
            and sums.household_id = units.household_id

)

select * from final
order by campaign_id, category, household_id
