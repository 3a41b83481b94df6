with

participation_terms as (

    select * from {{ ref('int_participation_terms') }}

),

effect_terms as (

    select *
    from {{ ref('int_change_terms') }}
    where outcome = 'sales'

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

estimated_campaigns as (

    select distinct
        estimator,
        campaign_id
    from effect_terms

),

weights as (

    select
        scopes.scope,
        estimated.estimator,
        scopes.campaign_id,
        scopes.n_sent / sum(scopes.n_sent) over (
            partition by scopes.scope, estimated.estimator
        ) as weight
    from scopes
    inner join estimated_campaigns as estimated
        on scopes.campaign_id = estimated.campaign_id

),

-- A household stands in many campaigns: its terms are summed before they are squared.
household_terms as (

    select
        weights.scope,
        weights.estimator,
        effect_terms.household_id,
        count(*) filter (where effect_terms.is_sent) as n_sent,
        {{ exact_sum('weights.weight * effect_terms.share_of_estimate') }} as effect,
        {{ exact_sum('weights.weight * effect_terms.error_term') }} as effect_error,
        {{ exact_sum(
            'case when effect_terms.is_sent then weights.weight'
            ~ ' * participation_terms.redeemed_share else 0 end'
        ) }} as redeemed_sent,
        {{ exact_sum(
            'case when not effect_terms.is_sent then weights.weight'
            ~ ' * participation_terms.redeemed_share else 0 end'
        ) }} as redeemed_others,
        {{ exact_sum('weights.weight * participation_terms.redeemed_error') }}
            as redeemed_error,
        {{ exact_sum(
            'case when effect_terms.is_sent then weights.weight'
            ~ ' * participation_terms.bought_share else 0 end'
        ) }} as bought_sent,
        {{ exact_sum(
            'case when not effect_terms.is_sent then weights.weight'
            ~ ' * participation_terms.bought_share else 0 end'
        ) }} as bought_others,
        {{ exact_sum('weights.weight * participation_terms.bought_error') }}
            as bought_error
    from weights
    inner join effect_terms
        on
            weights.estimator = effect_terms.estimator
            and weights.campaign_id = effect_terms.campaign_id
    inner join participation_terms
        on
            effect_terms.estimator = participation_terms.estimator
            and effect_terms.campaign_id = participation_terms.campaign_id
            and effect_terms.household_id = participation_terms.household_id
    group by weights.scope, weights.estimator, effect_terms.household_id

),

final as (

    select
        scope,
        estimator,
        sum(n_sent) as n_sent,
        {{ exact_sum('effect') }} as effect,
        {{ exact_product_sum('effect_error', 'effect_error') }} as effect_variance,
        {{ exact_product_sum('effect_error', 'redeemed_error') }} as covariance,
        {{ exact_sum('redeemed_sent') }} as redeemed_sent,
        {{ exact_sum('redeemed_others') }} as redeemed_others,
        {{ exact_product_sum('redeemed_error', 'redeemed_error') }}
            as redeemed_variance,
        {{ exact_sum('bought_sent') }} as bought_sent,
        {{ exact_sum('bought_others') }} as bought_others,
        {{ exact_product_sum('bought_error', 'bought_error') }} as bought_variance
    from household_terms
    group by scope, estimator

)

select * from final
order by scope, estimator
