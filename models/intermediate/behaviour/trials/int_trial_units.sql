with

eligible as (

    select *
    from {{ ref('int_trial_candidates') }}
    where exclusion_reason is null

),

designs as (

    select * from {{ ref('designs') }}

),

treated_counts as (

    select
        design,
        campaign_id,
        count(*) as n_treated
    from eligible
    where is_treated
    group by design, campaign_id

),

control_shares as (

    select
        eligible.design,
        eligible.campaign_id,
        eligible.household_id,
        designs.control_rule,
        coalesce(treated_counts.n_treated, 0) as campaign_weight,
        sum(coalesce(treated_counts.n_treated, 0)) over (
            partition by eligible.design, eligible.household_id
            order by eligible.campaign_id
            rows between unbounded preceding and current row
        ) as cumulative_weight,
        sum(coalesce(treated_counts.n_treated, 0)) over (
            partition by eligible.design, eligible.household_id
        ) as total_weight
    from eligible
    inner join designs on eligible.design = designs.design
    left join treated_counts
        on
            eligible.design = treated_counts.design
            and eligible.campaign_id = treated_counts.campaign_id
    where not eligible.is_treated

),

control_draws as (

    select
        *,
        {{ salted_bucket("household_id", "'" ~ var('assignment_salt') ~ "'", 1000000) }}
        / 1000000.0 * total_weight as draw
    from control_shares

),

-- Where only households that were never sent a campaign are controls, each stands once:
-- among the campaigns in whose look-back it bought, it is drawn with probability
-- proportional to their treated counts, so that both arms meet the same mix of seasons.
-- Where controls may be sent one later, each stands in every campaign until then.
chosen_controls as (

    select
        design,
        campaign_id,
        household_id
    from control_draws
    where
        campaign_weight > 0
        and (
            control_rule = 'not yet sent'
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
