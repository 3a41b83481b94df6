with

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

effects as (

    select
        *,
        (
            {{ normal_quantile('1 - ' ~ var('power_alpha') ~ ' / 2') }}
            + {{ normal_quantile(var('power_target')) }}
        ) * std_error as detectable_effect
    from {{ ref('fct_change_effects') }}
    where outcome = 'sales'

),

overlap as (

    select * from {{ ref('int_scope_overlap') }}

),

balance as (

    select * from {{ ref('int_scope_balance') }}

),

pre_trends as (

    select * from {{ ref('fct_event_study_tests') }}

),

placebos as (

    select * from {{ ref('fct_impact_placebos') }}

),

compared_units as (

    select
        campaign_id,
        count(*) filter (where is_sent) as n_compared,
        count(*) filter (where not is_sent) as n_others_compared,
        {{ exact_sum('case when is_sent then mean_before else 0 end') }} as sales_before
    from {{ ref('int_unit_changes') }}
    where outcome = 'sales'
    group by campaign_id

),

scope_campaigns as (

    select
        campaigns.*,
        compared_units.* exclude (campaign_id),
        {{ scope_names('campaigns.campaign_id', 'campaigns.campaign_type') }} as scope
    from campaigns
    left join compared_units using (campaign_id)

),

-- Each scope has both estimators, whether or not they have an estimate.
scope_estimators as (

    select
        scope,
        unnest(['difference in differences', 'doubly robust']) as estimator,
        case when starts_with(scope, 'campaign ') then max(exclusion_reason) end
            as exclusion_reason,
        coalesce(sum(n_compared), 0) as n_compared,
        coalesce(sum(n_others_compared), 0) as n_others_compared,
        {{ exact_sum('sales_before') }} / sum(n_compared) as sales_before
    from scope_campaigns
    group by scope

),

final as (

    select
        scope_estimators.*,
        effects.n_sent,
        effects.n_others,
        effects.detectable_effect,
        overlap.comparable_share,
        overlap.n_effective_others,
        balance.max_smd,
        balance.worst_covariate,
        {{ smd_limit(
            'balance.n_covariates', 'overlap.n_sent', 'overlap.n_effective_others'
        ) }} as smd_limit,
        pre_trends.p_value as pre_trend_p_value,
        placebos.estimate as placebo_estimate,
        placebos.p_value as placebo_p_value,
        placebos.is_passed as is_placebo_passed
    from scope_estimators
    left join effects using (scope, estimator)
    left join overlap using (scope)
    left join balance using (scope)
    left join pre_trends using (scope)
    left join placebos using (scope, estimator)

)

select * from final
order by scope, estimator
