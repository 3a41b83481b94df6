{% set measures = [
    ('sales', 'sales_value + returned_sales'),
    ('visits', 'n_baskets'),
    ('items', 'n_units'),
] %}

with

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

targets as (

    select * from {{ ref('stg_campaign_targets') }}
    where is_sent

),

campaigns as (

    select * from {{ ref('stg_campaigns') }}

),

ends as (

    select
        max(day) as end_day,
        max(week) as end_week,
        max(day) - 7 * {{ var('trend_weeks') }} as last_earlier_day
    from {{ ref('int_calendar') }}

),

dated_purchases as (

    select
        purchase_days.*,
        ends.end_day,
        ends.end_week,
        ends.last_earlier_day,
        purchase_days.day > ends.last_earlier_day as is_late
    from purchase_days
    cross join ends

),

household_totals as (

    select
        household_id,
        {%- for name, amount in measures %}
        coalesce(sum({{ amount }}) filter (where is_late), 0) as last_{{ name }},
        sum({{ amount }}) filter (where not is_late) as earlier_{{ name }},
        {%- endfor %}
        max(end_day) - min(visit_day) as tenure_days,
        max(end_week) - min(visit_week) + 1 as tenure_weeks,
        max(last_earlier_day) - min(visit_day) + 1 as n_earlier_days
    from dated_purchases
    group by household_id

),

type_counts as (

    select
        targets.household_id,
        campaigns.campaign_type,
        count(distinct targets.campaign_id) as n_campaigns
    from targets
    inner join campaigns on targets.campaign_id = campaigns.campaign_id
    group by targets.household_id, campaigns.campaign_type

),

campaign_counts as (

    select
        household_id,
        sum(n_campaigns) as n_campaigns,
        string_agg(campaign_type || ': ' || n_campaigns, '; ' order by campaign_type)
            as campaigns_by_type
    from type_counts
    group by household_id

),

-- Goods that come back are no purchase. Both parts are per day, so newcomers and old
-- customers have the same scale. The first purchase opens the earlier part: it must be
-- long enough not to decide it.
final as (

    select
        household_totals.household_id,
        household_totals.tenure_days,
        household_totals.tenure_weeks,
        {%- for name, _ in measures %}
        case
            when
                household_totals.n_earlier_days >= 7 * {{ var('min_tenure_weeks') }}
                and household_totals.earlier_{{ name }} > 0
                then
                    {{ ratio('household_totals.last_' ~ name, 7 * var('trend_weeks')) }}
                    * household_totals.n_earlier_days
                    / household_totals.earlier_{{ name }}
        end as {{ name }}_trend,
        {%- endfor %}
        coalesce(campaign_counts.n_campaigns, 0) as n_campaigns,
        campaign_counts.campaigns_by_type
    from household_totals
    left join campaign_counts
        on household_totals.household_id = campaign_counts.household_id

)

select * from final
order by household_id
