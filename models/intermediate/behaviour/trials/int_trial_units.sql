with

eligible as (

    select *
    from {{ ref('int_trial_candidates') }}
    where exclusion_reason is null

),

designs as (

    select * from {{ ref('int_designs') }}

),

weighted_candidates as (

    select
        eligible.*,
        designs.control_rule,
        count(*) filter (where eligible.is_treated) over (
            partition by eligible.design, eligible.campaign_id
        ) as campaign_weight
    from eligible
    inner join designs on eligible.design = designs.design

),

control_shares as (

    select
        design,
        campaign_id,
        household_id,
        control_rule,
        campaign_weight,
        sum(campaign_weight) over (
            partition by design, household_id
            order by campaign_id
            rows between unbounded preceding and current row
        ) as cumulative_weight,
        sum(campaign_weight) over (partition by design, household_id) as total_weight
    from weighted_candidates
    where not is_treated

),

control_draws as (

    select
        *,
        {{ salted_bucket("household_id", "'" ~ var('assignment_salt') ~ "'", 1000000) }}
        / 1000000.0 * total_weight as draw
    from control_shares

),

-- If only households that were never sent a campaign are controls, each control stands
-- once. It is drawn for one of the campaigns in whose look-back it bought, with a
-- probability proportional to their treated counts. Both arms then meet the same mix of
-- seasons. If controls may be sent a campaign later, each stands in every campaign
-- before.
chosen_controls as (

    select
        design,
        campaign_id,
        household_id
    from control_draws
    where
        campaign_weight > 0
        and (
            control_rule in ('not yet sent', 'held out')
            or (
                draw >= cumulative_weight - campaign_weight
                and draw < cumulative_weight
            )
        )

),

final as (

    select
        eligible.design,
        eligible.campaign_id,
        eligible.household_id,
        eligible.is_treated,
        eligible.known_propensity,
        eligible.time_zero_day,
        eligible.lookback_start_day,
        eligible.lookback_end_day,
        eligible.outcome_end_day,
        eligible.outcome_end_day - eligible.time_zero_day + 1 as n_outcome_days,
        -- Designs that look back on the same days share their features.
        'lookback_' || eligible.campaign_id
        || case when designs.is_shifted then '_shifted' else '' end
        || case
            when designs.lookback_ratio != 1
                then '_'
                    || (eligible.lookback_end_day - eligible.lookback_start_day + 1)
                    || '_days'
            else ''
        end as window_id
    from eligible
    inner join designs on eligible.design = designs.design
    left join chosen_controls
        on
            eligible.design = chosen_controls.design
            and eligible.campaign_id = chosen_controls.campaign_id
            and eligible.household_id = chosen_controls.household_id
    where eligible.is_treated or chosen_controls.household_id is not null

)

select * from final
order by design, campaign_id, household_id
