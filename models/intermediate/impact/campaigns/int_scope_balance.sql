with

covariates as (

    select * from {{ ref('int_impact_covariates') }}

),

weights as (

    select * from {{ ref('int_week_weights') }}

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

spreads as (

    select * from {{ ref('int_covariate_spreads') }}

),

covariate_rows as (

    unpivot covariates
    on columns(* exclude (campaign_id, household_id, is_sent, fold))
    into name covariate value covariate_value

),

campaign_differences as (

    select
        weights.campaign_id,
        covariate_rows.covariate,
        {{ exact_sum(
            'case when weights.is_sent then 1 else -1 end * weights.weight'
            ~ ' * covariate_rows.covariate_value'
        ) }} as difference
    from weights
    inner join covariate_rows
        on
            weights.campaign_id = covariate_rows.campaign_id
            and weights.household_id = covariate_rows.household_id
    group by weights.campaign_id, covariate_rows.covariate

),

scope_differences as (

    select
        scopes.scope,
        campaign_differences.covariate,
        {{ exact_sum('scopes.n_sent * campaign_differences.difference') }}
        / sum(scopes.n_sent) as difference
    from scopes
    inner join campaign_differences
        on scopes.campaign_id = campaign_differences.campaign_id
    group by scopes.scope, campaign_differences.covariate

),

-- Without any spread the difference is 0.
differences as (

    select
        scope_differences.scope,
        scope_differences.covariate,
        abs(coalesce(scope_differences.difference / nullif(spreads.std_dev, 0), 0))
            as smd
    from scope_differences
    inner join spreads
        on
            scope_differences.scope = spreads.scope
            and scope_differences.covariate = spreads.covariate

),

final as (

    select
        scope,
        count(*) as n_covariates,
        max(smd) as max_smd,
        first(covariate order by smd desc, covariate asc) as worst_covariate
    from differences
    group by scope

)

select * from final
order by scope
