with

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

weights as (

    select * from {{ ref('int_week_weights') }}

),

propensities as (

    select *
    from {{ ref('py_impact_nuisances') }}
    where outcome = 'sales'

),

campaign_shares as (

    select
        scopes.scope,
        scopes.campaign_id,
        scopes.n_sent / sum(scopes.n_sent) over (partition by scopes.scope) as weight
    from scopes
    where scopes.campaign_id in (select weights.campaign_id from weights)

),

units as (

    select
        campaign_shares.scope,
        weights.household_id,
        weights.is_sent,
        propensities.propensity,
        campaign_shares.weight * weights.weight as weight
    from campaign_shares
    inner join weights on campaign_shares.campaign_id = weights.campaign_id
    inner join propensities
        on
            weights.campaign_id = propensities.campaign_id
            and weights.household_id = propensities.household_id

),

-- An effect on those sent needs others like them, so only high propensities harm
-- (Heckman, Ichimura and Todd 1997, Review of Economic Studies 64(4)).
sent as (

    select
        scope,
        count(*) as n_sent,
        count(*) filter (where propensity <= 0.9) / count(*) as comparable_share
    from units
    where is_sent
    group by scope

),

other_households as (

    select
        scope,
        household_id,
        {{ exact_sum('weight') }} as weight
    from units
    where not is_sent
    group by scope, household_id

),

-- Kish (1965): as many units with equal weights would be as informative.
others as (

    select
        scope,
        1 / {{ exact_product_sum('weight', 'weight') }} as n_effective_others
    from other_households
    group by scope

),

final as (

    select
        sent.scope,
        sent.n_sent,
        sent.comparable_share,
        others.n_effective_others
    from sent
    inner join others on sent.scope = others.scope

)

select * from final
order by scope
