with

change_terms as (

    select * from {{ ref('int_change_terms') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

campaign_sizes as (

    select
        estimator,
        campaign_id,
        outcome,
        count(*) filter (where is_sent) as n_sent
    from change_terms
    group by estimator, campaign_id, outcome

),

-- What a campaign did on its own, what those of a type did together, and all of them.
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
        n_sent / sum(n_sent) over (partition by estimator, outcome, scope) as weight
    from scopes

),

household_terms as (

    select
        weights.estimator,
        weights.scope,
        weights.outcome,
        change_terms.household_id,
        count(*) filter (where change_terms.is_sent) as n_sent,
        count(*) filter (where not change_terms.is_sent) as n_others,
        {{ exact_sum('weights.weight * change_terms.share_of_estimate') }}
            as share_of_estimate,
        {{ exact_sum('weights.weight * change_terms.error_term') }} as error_term
    from weights
    inner join change_terms
        on
            weights.estimator = change_terms.estimator
            and weights.campaign_id = change_terms.campaign_id
            and weights.outcome = change_terms.outcome
    group by
        weights.estimator, weights.scope, weights.outcome, change_terms.household_id

),

-- A household stands in many campaigns: its terms are summed before they are squared.
estimates as (

    select
        estimator,
        scope,
        outcome,
        sum(n_sent) as n_sent,
        sum(n_others) as n_others,
        {{ exact_sum('share_of_estimate') }} as estimate,
        sqrt({{ exact_sum('error_term * error_term') }}) as std_error
    from household_terms
    group by estimator, scope, outcome

),

final as (

    select
        estimator,
        scope,
        outcome,
        cast(n_sent as bigint) as n_sent,
        cast(n_others as bigint) as n_others,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        {{ two_sided_p_value('(estimate / nullif(std_error, 0))') }} as p_value
    from estimates

)

select
    estimator,
    scope,
    outcome,
    n_sent,
    n_others,
    estimate,
    std_error,
    ci_lower,
    ci_upper,
    p_value
from final
order by estimator, scope, outcome
