with

campaign_weeks as (

    select
        campaign_id,
        household_id,
        is_sent,
        relative_week,
        sales
    from {{ ref('fct_campaign_weeks') }}

),

scopes as (

    select * from {{ ref('int_week_scopes') }}

),

changes as (

    select
        campaign_weeks.campaign_id,
        campaign_weeks.household_id,
        campaign_weeks.is_sent,
        campaign_weeks.relative_week,
        campaign_weeks.sales - last_weeks.sales as change
    from campaign_weeks
    inner join campaign_weeks as last_weeks
        on
            campaign_weeks.campaign_id = last_weeks.campaign_id
            and campaign_weeks.household_id = last_weeks.household_id
            and last_weeks.relative_week = -1
    where campaign_weeks.relative_week != -1

),

arm_means as (

    select
        campaign_id,
        relative_week,
        is_sent,
        count(*) as n_units,
        {{ exact_sum('change') }} / count(*) as mean_change
    from changes
    group by campaign_id, relative_week, is_sent

),

terms as (

    select
        changes.campaign_id,
        changes.household_id,
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
            and changes.relative_week = arm_means.relative_week
            and changes.is_sent = arm_means.is_sent

),

final as (

    {{ scope_terms(
        'terms', 'scopes', ['relative_week'], ['share_of_estimate', 'error_term']
    ) }}

)

select * from final
order by scope, household_id, relative_week
