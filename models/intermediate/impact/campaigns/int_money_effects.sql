with

terms as (

    select *
    from {{ ref('int_change_terms') }}
    where outcome = 'sales'

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

money as (

    select * from {{ ref('int_campaign_money') }}

),

campaign_sizes as (

    select
        estimator,
        campaign_id,
        count(*) filter (where is_sent) as n_sent
    from terms
    group by estimator, campaign_id

),

-- Sales of a campaign are its weekly effect times its weeks and the households sent.
campaign_weights as (

    select
        scopes.scope,
        campaign_sizes.estimator,
        campaign_sizes.campaign_id,
        campaign_sizes.n_sent * money.n_effect_weeks as household_weeks,
        money.cost
    from scopes
    inner join campaign_sizes on scopes.campaign_id = campaign_sizes.campaign_id
    inner join money on scopes.campaign_id = money.campaign_id

),

scope_costs as (

    select
        scope,
        estimator,
        count(*) as n_campaigns,
        sum(household_weeks) as household_weeks,
        {{ exact_sum('cost') }} as cost
    from campaign_weights
    group by scope, estimator

),

-- A household stands in many campaigns: its terms are summed before they are squared.
household_terms as (

    select
        campaign_weights.scope,
        campaign_weights.estimator,
        terms.household_id,
        {{ exact_sum('campaign_weights.household_weeks * terms.share_of_estimate') }}
            as sales,
        {{ exact_sum('campaign_weights.household_weeks * terms.error_term') }}
            as error_term
    from campaign_weights
    inner join terms
        on
            campaign_weights.estimator = terms.estimator
            and campaign_weights.campaign_id = terms.campaign_id
    group by campaign_weights.scope, campaign_weights.estimator, terms.household_id

),

scope_sales as (

    select
        scope,
        estimator,
        {{ exact_sum('sales') }} as sales,
        sqrt({{ exact_sum('error_term * error_term') }}) as sales_std_error
    from household_terms
    group by scope, estimator

),

final as (

    select
        scope_sales.*,
        scope_costs.n_campaigns,
        scope_costs.household_weeks,
        scope_costs.cost
    from scope_sales
    inner join scope_costs
        on
            scope_sales.scope = scope_costs.scope
            and scope_sales.estimator = scope_costs.estimator

)

select * from final
order by scope, estimator
