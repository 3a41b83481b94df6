with

nuisances as (

    select
        campaign_id,
        household_id,
        any_value(propensity) as propensity
    from {{ ref('py_impact_nuisances') }}
    group by campaign_id, household_id

),

units as (

    select * from {{ ref('int_impact_units') }}

),

-- Of a clipped propensity we only know that it lies beyond the bound.
logits as (

    select
        units.campaign_id,
        units.household_id,
        units.is_sent,
        ln(nuisances.propensity / (1 - nuisances.propensity)) as logit
    from units
    inner join nuisances
        on
            units.campaign_id = nuisances.campaign_id
            and units.household_id = nuisances.household_id
    where
        nuisances.propensity > {{ var('propensity_clip') }}
        and nuisances.propensity < 1 - {{ var('propensity_clip') }}

),

arm_deviations as (

    select
        campaign_id,
        is_sent,
        {{ exact_std_dev('logit') }} as std_dev
    from logits
    group by campaign_id, is_sent

),

-- The variances of both arms count alike (Rosenbaum and Rubin 1985).
deviations as (

    select
        campaign_id,
        sqrt(avg(std_dev * std_dev)) as std_dev
    from arm_deviations
    group by campaign_id

),

-- In the order of the logit the nearest of the others is the last one before or the
-- first one after a unit.
neighbours as (

    select
        *,
        last_value(case when not is_sent then household_id end ignore nulls)
            over lower_units as lower_household_id,
        last_value(case when not is_sent then logit end ignore nulls)
            over lower_units as lower_logit,
        first_value(case when not is_sent then household_id end ignore nulls)
            over upper_units as upper_household_id,
        first_value(case when not is_sent then logit end ignore nulls)
            over upper_units as upper_logit
    from logits
    window
        lower_units as (
            partition by campaign_id
            order by logit, household_id
            rows between unbounded preceding and current row
        ),
        upper_units as (
            partition by campaign_id
            order by logit, household_id
            rows between current row and unbounded following
        )

),

final as (

    select
        neighbours.campaign_id,
        neighbours.household_id,
        case
            when
                coalesce(
                    neighbours.logit - neighbours.lower_logit
                    <= neighbours.upper_logit - neighbours.logit,
                    neighbours.upper_logit is null
                )
                then neighbours.lower_household_id
            else neighbours.upper_household_id
        end as other_household_id,
        least(
            neighbours.logit - neighbours.lower_logit,
            neighbours.upper_logit - neighbours.logit
        ) / deviations.std_dev as distance
    from neighbours
    inner join deviations on neighbours.campaign_id = deviations.campaign_id
    where
        neighbours.is_sent
        and coalesce(neighbours.lower_household_id, neighbours.upper_household_id)
        is not null

)

select * from final
order by campaign_id, household_id
