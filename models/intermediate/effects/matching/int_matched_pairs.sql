with

-- A clipped unit has no known distance to any other unit. Without this filter one
-- clipped control would be the match of all clipped treated units.
units as (

    select *
    from {{ ref('int_matching_units') }}
    where not is_clipped

),

-- In the order of the logit the nearest control is the last one before or the first one
-- after a unit.
candidates as (

    select
        *,
        sum(1 - is_treated) over (
            partition by design, split_id, campaign_id
        ) as n_controls,
        last_value(case is_treated when 0 then household_id end ignore nulls)
            over lower_units as lower_household_id,
        last_value(case is_treated when 0 then logit end ignore nulls)
            over lower_units as lower_logit,
        first_value(case is_treated when 0 then household_id end ignore nulls)
            over upper_units as upper_household_id,
        first_value(case is_treated when 0 then logit end ignore nulls)
            over upper_units as upper_logit
    from units
    window
        lower_units as (
            partition by design, split_id, campaign_id
            order by logit, household_id
            rows between unbounded preceding and current row
        ),
        upper_units as (
            partition by design, split_id, campaign_id
            order by logit, household_id
            rows between current row and unbounded following
        )

),

nearest_controls as (

    select
        design,
        split_id,
        campaign_id,
        household_id,
        caliper,
        case
            when
                coalesce(
                    logit - lower_logit <= upper_logit - logit, upper_logit is null
                )
                then lower_household_id
            else upper_household_id
        end as control_household_id,
        least(logit - lower_logit, upper_logit - logit) as distance
    from candidates
    -- The only control of a campaign has no neighbour to estimate its noise from.
    where is_treated = 1 and n_controls > 1

),

final as (

    select
        design,
        split_id,
        campaign_id,
        household_id,
        control_household_id,
        distance,
        caliper
    from nearest_controls
    where distance <= caliper

)

select * from final
order by design, split_id, campaign_id, household_id
