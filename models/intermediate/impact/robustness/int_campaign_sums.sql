with

terms as (

    select *
    from {{ ref('int_change_terms') }}
    where outcome = 'sales'

),

scopes as (

    select *
    from {{ ref('int_impact_scopes') }}
    where not starts_with(scope, 'campaign ')

),

campaign_effects as (

    select
        estimator,
        campaign_id,
        count(*) filter (where is_sent) as n_sent,
        {{ exact_sum('share_of_estimate') }} as estimate,
        {{ exact_sum('case when is_sent then share_of_estimate end') }} as sent_mean,
        {{ exact_sum('case when not is_sent then share_of_estimate end') }}
            as other_mean
    from terms
    group by estimator, campaign_id

),

final as (

    select
        campaign_effects.*,
        scopes.scope,
        sum(campaign_effects.n_sent) over in_scope as n_sent_in_scope,
        {{ exact_sum(
            'campaign_effects.n_sent * campaign_effects.estimate', over='over in_scope'
        ) }} as effect_in_scope
    from campaign_effects
    inner join scopes on campaign_effects.campaign_id = scopes.campaign_id
    window in_scope as (partition by campaign_effects.estimator, scopes.scope)

)

select * from final
order by estimator, scope, campaign_id
