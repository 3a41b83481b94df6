with

changes as (

    select * from {{ ref('int_capped_changes') }}

),

nuisances as (

    select * from {{ ref('py_robustness_nuisances') }}

),

weighted_changes as (

    select
        nuisances.covariate_set,
        changes.*,
        case
            when changes.is_sent then 1
            else nuisances.propensity / (1 - nuisances.propensity)
        end as weight,
        changes.change - nuisances.expected_change as residual
    from changes
    inner join nuisances
        on
            changes.cap_share = nuisances.cap_share
            and changes.campaign_id = nuisances.campaign_id
            and changes.household_id = nuisances.household_id

),

capped_differences as (

    select
        'capped changes' as check_name,
        {{ in_per_cent('cap_share') }} as variant,
        'difference in differences' as estimator,
        campaign_id,
        household_id,
        is_sent,
        1.0 as weight,
        change as residual
    from changes
    where cap_share > 0

),

adjusted as (

    select
        if(cap_share > 0, 'capped changes', 'covariates') as check_name,
        if(cap_share > 0, {{ in_per_cent('cap_share') }}, covariate_set) as variant,
        'doubly robust' as estimator,
        campaign_id,
        household_id,
        is_sent,
        weight,
        residual
    from weighted_changes

),

-- The same campaigns, and nothing is adjusted for.
unadjusted as (

    select
        'covariates' as check_name,
        'none' as variant,
        'doubly robust' as estimator,
        campaign_id,
        household_id,
        is_sent,
        1.0 as weight,
        change as residual
    from weighted_changes
    where covariate_set = 'with demographics'

),

final as (

    select * from capped_differences
    union all
    select * from adjusted
    union all
    select * from unadjusted

)

select * from final
order by check_name, variant, estimator, campaign_id, household_id
