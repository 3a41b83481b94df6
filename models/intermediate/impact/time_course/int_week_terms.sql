{% set outcomes = ['sales', 'baskets', 'coupon_product_sales', 'other_sales'] %}

with

campaign_weeks as (

    select * from {{ ref('fct_campaign_weeks') }}

),

unit_changes as (

    select * from {{ ref('int_unit_changes') }}

),

week_values as (

    unpivot campaign_weeks
    on {{ outcomes | join(', ') }}
    into name outcome value outcome_value

),

-- Each week is held against the household's own mean of the weeks before.
changes as (

    select
        week_values.campaign_id,
        week_values.household_id,
        week_values.is_sent,
        week_values.outcome,
        week_values.relative_week,
        week_values.outcome_value - unit_changes.mean_before as change
    from week_values
    inner join unit_changes
        on
            week_values.campaign_id = unit_changes.campaign_id
            and week_values.household_id = unit_changes.household_id
            and week_values.outcome = unit_changes.outcome

),

arm_means as (

    select
        campaign_id,
        outcome,
        relative_week,
        is_sent,
        count(*) as n_units,
        {{ exact_sum('change') }} / count(*) as mean_change
    from changes
    group by campaign_id, outcome, relative_week, is_sent

),

final as (

    select
        changes.campaign_id,
        changes.household_id,
        changes.outcome,
        changes.relative_week,
        case when changes.is_sent then 1 else -1 end * changes.change
        / arm_means.n_units as share_of_estimate,
        case when changes.is_sent then 1 else -1 end
        * (changes.change - arm_means.mean_change)
        / sqrt(arm_means.n_units * (arm_means.n_units - 1.0)) as error_term
    from changes
    inner join arm_means
        on
            changes.campaign_id = arm_means.campaign_id
            and changes.outcome = arm_means.outcome
            and changes.relative_week = arm_means.relative_week
            and changes.is_sent = arm_means.is_sent
    where arm_means.n_units > 1

)

select * from final
order by campaign_id, outcome, household_id, relative_week
