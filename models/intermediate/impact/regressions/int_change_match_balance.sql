with

covariates as (

    select * from {{ ref('int_impact_covariates') }}

),

match_uses as (

    select * from {{ ref('int_change_match_uses') }}

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

match_sums as (

    select
        match_uses.caliper,
        match_uses.campaign_id,
        covariate_rows.covariate,
        sum(match_uses.n_uses) filter (where match_uses.is_sent) as n_pairs,
        {{ exact_sum(
            'case when match_uses.is_sent then 1 else -1 end'
            ~ ' * match_uses.n_uses * covariate_rows.covariate_value'
        ) }} as difference
    from match_uses
    inner join covariate_rows
        on
            match_uses.campaign_id = covariate_rows.campaign_id
            and match_uses.household_id = covariate_rows.household_id
    group by match_uses.caliper, match_uses.campaign_id, covariate_rows.covariate

),

match_differences as (

    select
        match_sums.caliper,
        scopes.scope,
        match_sums.covariate,
        {{ exact_sum('match_sums.difference') }} / sum(match_sums.n_pairs)
            as difference
    from match_sums
    inner join scopes on match_sums.campaign_id = scopes.campaign_id
    group by match_sums.caliper, scopes.scope, match_sums.covariate

),

-- Without any spread the difference is 0.
final as (

    select
        match_differences.caliper,
        match_differences.scope,
        match_differences.covariate,
        coalesce(match_differences.difference / nullif(spreads.std_dev, 0), 0) as smd
    from match_differences
    inner join spreads
        on
            match_differences.scope = spreads.scope
            and match_differences.covariate = spreads.covariate

)

select * from final
order by caliper, scope, covariate
