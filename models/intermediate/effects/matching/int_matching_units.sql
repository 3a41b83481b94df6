with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

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

-- Rosenbaum and Rubin (1985): a share of the logit's standard deviation, where the
-- variances of both arms count alike.
calipers as (

    select
        design,
        split_id,
        {{ var('matching_caliper') }} * sqrt(avg(std_dev * std_dev)) as caliper
    from arm_deviations
    group by design, split_id

),

final as (

    select
        logits.design,
        logits.split_id,
        logits.campaign_id,
        logits.household_id,
        logits.is_treated,
        logits.propensity,
        logits.logit,
        -- Of a clipped unit we only know that its propensity lies beyond the bound.
        logits.propensity != logits.raw_propensity as is_clipped,
        calipers.caliper
    from logits
    inner join calipers
        on
            logits.design = calipers.design
            and logits.split_id = calipers.split_id

)

select * from final
order by design, split_id, campaign_id, household_id
