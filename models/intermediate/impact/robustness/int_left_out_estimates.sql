with

terms as (

    select *
    from {{ ref('int_change_terms') }}
    where outcome = 'sales'

),

campaign_sums as (

    select * from {{ ref('int_campaign_sums') }}

),

-- The mean of an arm without one unit: what is left, over the weight that is left. What
-- was expected of the others stays as it was.
without_unit as (

    select
        campaign_sums.estimator,
        campaign_sums.scope,
        terms.household_id,
        campaign_sums.n_sent_in_scope,
        campaign_sums.effect_in_scope,
        cast(terms.is_sent as integer) as n_sent_left_out,
        (campaign_sums.n_sent - cast(terms.is_sent as integer)) * (
            campaign_sums.estimate + (
                terms.arm_share * case
                    when terms.is_sent then campaign_sums.sent_mean
                    else campaign_sums.other_mean
                end
                - terms.share_of_estimate
            ) / (1 - terms.arm_share)
        )
        - campaign_sums.n_sent * campaign_sums.estimate as effect_change
    from campaign_sums
    inner join terms
        on
            campaign_sums.estimator = terms.estimator
            and campaign_sums.campaign_id = terms.campaign_id

),

without_household as (

    select
        'one household left out' as check_name,
        estimator,
        scope,
        household_id as left_out_id,
        (max(effect_in_scope) + {{ exact_sum('effect_change') }})
        / (max(n_sent_in_scope) - sum(n_sent_left_out)) as estimate
    from without_unit
    group by estimator, scope, household_id

),

without_campaign as (

    select
        'one campaign left out' as check_name,
        estimator,
        scope,
        campaign_id as left_out_id,
        (effect_in_scope - n_sent * estimate)
        / nullif(n_sent_in_scope - n_sent, 0) as estimate
    from campaign_sums

),

final as (

    select * from without_household
    union all
    select * from without_campaign
    where estimate is not null

)

select * from final
order by check_name, estimator, scope, left_out_id
