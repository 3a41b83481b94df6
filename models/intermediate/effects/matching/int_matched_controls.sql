with

controls as (

    select *
    from {{ ref('int_matching_units') }}
    where is_treated = 0 and not is_clipped

),

matched_pairs as (

    select * from {{ ref('int_matched_pairs') }}

),

adjacent_controls as (

    select
        *,
        lag(household_id) over by_logit as lower_household_id,
        logit - lag(logit) over by_logit as lower_distance,
        lead(household_id) over by_logit as upper_household_id,
        lead(logit) over by_logit - logit as upper_distance
    from controls
    window by_logit as (
        partition by design, split_id, campaign_id order by logit, household_id
    )

),

control_uses as (

    select
        design,
        split_id,
        campaign_id,
        control_household_id as household_id,
        count(*) as n_uses
    from matched_pairs
    group by design, split_id, campaign_id, control_household_id

),

final as (

    select
        control_uses.design,
        control_uses.split_id,
        control_uses.campaign_id,
        control_uses.household_id,
        control_uses.n_uses,
        case
            when
                coalesce(
                    adjacent_controls.lower_distance
                    <= adjacent_controls.upper_distance,
                    adjacent_controls.upper_distance is null
                )
                then adjacent_controls.lower_household_id
            else adjacent_controls.upper_household_id
        end as neighbour_household_id
    from control_uses
    inner join adjacent_controls
        on
            control_uses.design = adjacent_controls.design
            and control_uses.split_id = adjacent_controls.split_id
            and control_uses.campaign_id = adjacent_controls.campaign_id
            and control_uses.household_id = adjacent_controls.household_id

)

select * from final
order by design, split_id, campaign_id, household_id
