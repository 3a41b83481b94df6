with

week_terms as (

    select * from {{ ref('int_week_terms') }}

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

-- Campaigns that are added up have all weeks in the data: otherwise the course would show
-- which of them are left.
week_weights as (

    select
        scope,
        campaign_id,
        n_sent / sum(n_sent) over (partition by scope) as weight
    from scopes
    where is_whole_course or starts_with(scope, 'campaign ')

),

-- A household stands in many campaigns: its terms are summed before they are squared.
household_terms as (

    select
        week_weights.scope,
        week_terms.outcome,
        week_terms.household_id,
        week_terms.relative_week,
        {{ exact_sum('week_weights.weight * week_terms.share_of_estimate') }}
            as share_of_estimate,
        {{ exact_sum('week_weights.weight * week_terms.error_term') }} as error_term
    from week_terms
    inner join week_weights on week_terms.campaign_id = week_weights.campaign_id
    group by
        week_weights.scope,
        week_terms.outcome,
        week_terms.household_id,
        week_terms.relative_week

)

select * from household_terms
order by scope, outcome, household_id, relative_week
