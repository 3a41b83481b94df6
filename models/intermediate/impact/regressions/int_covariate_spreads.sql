with

covariates as (

    select * from {{ ref('int_impact_covariates') }}

),

fitted_units as (

    select distinct
        campaign_id,
        household_id
    from {{ ref('py_impact_nuisances') }}

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

covariate_rows as (

    unpivot covariates
    on columns(* exclude (campaign_id, household_id, is_sent, fold))
    into name covariate value covariate_value

),

campaign_squares as (

    select
        covariate_rows.campaign_id,
        covariate_rows.covariate,
        covariate_rows.is_sent,
        count(*) as n_units,
        {{ exact_sum('covariate_rows.covariate_value') }} as total,
        {{ exact_sum(
            'covariate_rows.covariate_value * covariate_rows.covariate_value'
        ) }} as square
    from covariate_rows
    inner join fitted_units
        on
            covariate_rows.campaign_id = fitted_units.campaign_id
            and covariate_rows.household_id = fitted_units.household_id
    group by
        covariate_rows.campaign_id, covariate_rows.covariate, covariate_rows.is_sent

),

-- The spread of all units scales the differences, in the arms alike. Otherwise matching
-- could look better merely because it widens the spread.
arm_variances as (

    select
        scopes.scope,
        campaign_squares.covariate,
        campaign_squares.is_sent,
        (
            {{ exact_sum('campaign_squares.square') }}
            - pow({{ exact_sum('campaign_squares.total') }}, 2)
            / sum(campaign_squares.n_units)
        ) / (sum(campaign_squares.n_units) - 1) as variance
    from campaign_squares
    inner join scopes on campaign_squares.campaign_id = scopes.campaign_id
    group by scopes.scope, campaign_squares.covariate, campaign_squares.is_sent

),

final as (

    select
        scope,
        covariate,
        sqrt(avg(greatest(variance, 0) order by is_sent)) as std_dev
    from arm_variances
    group by scope, covariate

)

select * from final
order by scope, covariate
