with

terms as (

    select *
    from {{ ref('int_change_terms') }}
    where outcome = 'sales'

),

units as (

    select * from {{ ref('int_uplift_units') }}

),

campaign_sums as (

    select
        estimator,
        campaign_id,
        count(*) filter (where is_sent) as n_sent,
        -1 * {{ exact_sum('case when is_sent then 0 else share_of_estimate end') }}
            as mean_of_others
    from terms
    group by estimator, campaign_id

),

-- Both arms weigh as much as there are households sent the campaign, and what others of
-- the campaign changed by is gone: groups may mix campaigns.
final as (

    select
        terms.estimator,
        terms.campaign_id,
        terms.household_id,
        terms.is_sent,
        campaign_sums.n_sent * terms.arm_share as weight,
        campaign_sums.n_sent * (
            case when terms.is_sent then 1 else -1 end * terms.share_of_estimate
            - terms.arm_share * campaign_sums.mean_of_others
        ) as weighted_residual
    from terms
    inner join units
        on
            terms.campaign_id = units.campaign_id
            and terms.household_id = units.household_id
    inner join campaign_sums
        on
            terms.estimator = campaign_sums.estimator
            and terms.campaign_id = campaign_sums.campaign_id

)

select * from final
order by estimator, campaign_id, household_id
