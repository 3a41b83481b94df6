with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where {{ main_designs() }}

),

logits as (

    select
        *,
        ln(propensity / (1 - propensity)) as logit
    from unit_propensities

),

arm_deviations as (

    select
        design,
        split_id,
        is_treated,
        {{ exact_std_dev('logit') }} as std_dev
    from logits
    group by design, split_id, is_treated

),

-- Rosenbaum and Rubin (1985): a share of the logit's standard deviation, the variances
-- of both arms counting alike.
calipers as (

    select
        design,
        split_id,
        {{ var('matching_caliper') }} * sqrt(avg(std_dev * std_dev))
            as caliper
    from arm_deviations
    group by design, split_id

),

-- On a line the nearest control is the last one before or the first one after. Of a
-- clipped unit we only know that it lies beyond the bound: it has no distance to any,
-- and one clipped control would else be the match of all clipped treated.
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
    from logits
    where propensity = raw_propensity
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
    -- A campaign's only control has no neighbour that would tell its noise.
    where is_treated = 1 and n_controls > 1

),

final as (

    select
        nearest_controls.design,
        nearest_controls.split_id,
        nearest_controls.campaign_id,
        nearest_controls.household_id,
        nearest_controls.control_household_id,
        nearest_controls.distance,
        calipers.caliper
    from nearest_controls
    inner join calipers
        on
            nearest_controls.design = calipers.design
            and nearest_controls.split_id = calipers.split_id
    where nearest_controls.distance <= calipers.caliper

)

select * from final
order by design, split_id, campaign_id, household_id
