{#- A start that many weeks before the real one: the weeks up to it are its effect. -#}
{% set zero_week = -var('impact_placebo_weeks') %}
{% set half = (var('impact_pre_weeks') + zero_week) // 2 %}

with

campaign_weeks as (

    select *
    from {{ ref('fct_campaign_weeks') }}
    where relative_week < 0

),

campaigns as (

    select
        campaigns.campaign_id,
        weeks.first_day as placebo_day
    from {{ ref('int_impact_campaigns') }} as campaigns
    inner join {{ ref('int_weeks') }} as weeks
        on campaigns.start_week_number + {{ zero_week }} = weeks.week_number
    where campaigns.n_pre_weeks = {{ var('impact_pre_weeks') }}

),

targets as (

    select
        targets.household_id,
        campaigns.start_day,
        campaigns.end_day
    from {{ ref('stg_campaign_targets') }} as targets
    inner join {{ ref('stg_campaigns') }} as campaigns
        on targets.campaign_id = campaigns.campaign_id
    where targets.is_sent

),

-- Who could be reached then: the rule of int_impact_units, as many weeks earlier.
histories as (

    select
        campaign_id,
        household_id,
        is_sent,
        {{ history_columns(zero_week, half) }}
    from campaign_weeks
    where relative_week < {{ zero_week }}
    group by campaign_id, household_id, is_sent
    having count(*) filter (where baskets > 0) > 0

),

effects as (

    select
        campaign_id,
        household_id,
        {{ exact_sum('sales') }} / count(*) as mean_after
    from campaign_weeks
    where relative_week >= {{ zero_week }}
    group by campaign_id, household_id

),

earlier_campaigns as (

    select
        histories.campaign_id,
        histories.household_id,
        count(*) as n_campaigns_before,
        count(*) filter (where targets.end_day >= campaigns.placebo_day)
            as n_campaigns_running
    from histories
    inner join campaigns on histories.campaign_id = campaigns.campaign_id
    inner join targets
        on
            histories.household_id = targets.household_id
            and campaigns.placebo_day > targets.start_day
    group by histories.campaign_id, histories.household_id

),

final as (

    select
        histories.*,
        effects.mean_after - histories.sales_mean as change,
        coalesce(earlier_campaigns.n_campaigns_before, 0) as n_campaigns_before,
        coalesce(earlier_campaigns.n_campaigns_running, 0) as n_campaigns_running,
        {{ salted_bucket(
            "histories.household_id", "'" ~ var('fold_salt') ~ "_impact'",
            var('impact_folds')
        ) }} + 1 as fold
    from histories
    inner join campaigns on histories.campaign_id = campaigns.campaign_id
    inner join effects
        on
            histories.campaign_id = effects.campaign_id
            and histories.household_id = effects.household_id
    left join earlier_campaigns
        on
            histories.campaign_id = earlier_campaigns.campaign_id
            and histories.household_id = earlier_campaigns.household_id

)

select * from final
order by campaign_id, household_id
