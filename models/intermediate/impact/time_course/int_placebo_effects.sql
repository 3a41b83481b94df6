with

terms as (

    select * from {{ ref('int_placebo_terms') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

campaign_sizes as (

    select
        campaign_id,
        count(*) filter (where is_sent) as n_sent
    from terms
    where estimator = 'doubly robust'
    group by campaign_id

),

scopes as (

    select
        campaign_sizes.*,
        unnest([
            'campaign ' || campaign_sizes.campaign_id,
            'type ' || campaigns.campaign_type,
            'all campaigns'
        ]) as scope
    from campaign_sizes
    inner join campaigns on campaign_sizes.campaign_id = campaigns.campaign_id

),

weights as (

    select
        *,
        n_sent / sum(n_sent) over (partition by scope) as weight
    from scopes

),

-- A household stands in many campaigns: its terms are summed before they are squared.
household_terms as (

    select
        terms.estimator,
        weights.scope,
        terms.household_id,
        count(*) filter (where terms.is_sent) as n_sent,
        {{ exact_sum('weights.weight * terms.share_of_estimate') }}
            as share_of_estimate,
        {{ exact_sum('weights.weight * terms.error_term') }} as error_term
    from weights
    inner join terms on weights.campaign_id = terms.campaign_id
    group by terms.estimator, weights.scope, terms.household_id

),

final as (

    select
        estimator,
        scope,
        sum(n_sent) as n_sent,
        {{ exact_sum('share_of_estimate') }} as estimate,
        sqrt({{ exact_sum('error_term * error_term') }}) as std_error
    from household_terms
    group by estimator, scope

)

select * from final
order by estimator, scope
