with

terms as (

    select * from {{ ref('int_robustness_terms') }}

),

scopes as (

    select *
    from {{ ref('int_impact_scopes') }}
    where not starts_with(scope, 'campaign ')

),

estimated_campaigns as (

    select distinct
        check_name,
        variant,
        estimator,
        campaign_id
    from terms

),

weights as (

    select
        estimated_campaigns.*,
        scopes.scope,
        scopes.n_sent
        / sum(scopes.n_sent) over (
            partition by
                estimated_campaigns.check_name,
                estimated_campaigns.variant,
                estimated_campaigns.estimator,
                scopes.scope
        ) as weight
    from estimated_campaigns
    inner join scopes on estimated_campaigns.campaign_id = scopes.campaign_id

),

-- A household stands in many campaigns: its terms are summed before they are squared.
household_terms as (

    select
        weights.check_name,
        weights.variant,
        weights.estimator,
        weights.scope,
        terms.household_id,
        {{ exact_sum('weights.weight * terms.share_of_estimate') }}
            as share_of_estimate,
        {{ exact_sum('weights.weight * terms.error_term') }} as error_term,
        {{ exact_sum('weights.weight * terms.change_share') }} as change_share,
        {{ exact_sum('weights.weight * terms.change_term') }} as change_term
    from weights
    inner join terms
        on
            weights.check_name = terms.check_name
            and weights.variant = terms.variant
            and weights.estimator = terms.estimator
            and weights.campaign_id = terms.campaign_id
    group by
        weights.check_name,
        weights.variant,
        weights.estimator,
        weights.scope,
        terms.household_id

),

final as (

    select
        check_name,
        variant,
        estimator,
        scope,
        {{ exact_sum('share_of_estimate') }} as estimate,
        sqrt({{ exact_product_sum('error_term', 'error_term') }}) as std_error,
        {{ exact_sum('change_share') }} as change,
        sqrt({{ exact_product_sum('change_term', 'change_term') }}) as change_std_error
    from household_terms
    group by check_name, variant, estimator, scope

)

select * from final
order by check_name, variant, estimator, scope
