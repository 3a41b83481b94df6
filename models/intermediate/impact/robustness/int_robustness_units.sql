with

changes as (

    select * from {{ ref('int_capped_changes') }}

),

main_nuisances as (

    select
        'main' as covariate_set,
        0.0 as cap_share,
        campaign_id,
        household_id,
        propensity,
        expected_change
    from {{ ref('py_impact_nuisances') }}
    where outcome = 'sales'

),

nuisances as (

    select * from {{ ref('py_robustness_nuisances') }}
    union all by name
    select * from main_nuisances

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

differences as (

    select
        if(cap_share > 0, 'capped changes', 'main') as check_name,
        if(cap_share > 0, {{ in_per_cent('cap_share') }}, 'main') as variant,
        'difference in differences' as estimator,
        campaign_id,
        household_id,
        is_sent,
        1.0 as weight,
        change as residual
    from changes

),

adjusted as (

    select
        case
            when cap_share > 0 then 'capped changes'
            when covariate_set = 'main' then 'main'
            else 'covariates'
        end as check_name,
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
    where covariate_set = 'main'

),

final as (

    select * from differences
    union all
    select * from adjusted
    union all
    select * from unadjusted

)

select * from final
order by check_name, variant, estimator, campaign_id, household_id
