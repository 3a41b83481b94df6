{{ config(group='effects') }}
-- If this fails, the outcome means of an arm were not targeted: its weighted residuals
-- do not vanish, so that TMLE is not doubly robust.
with

targeted_units as (

    select * from {{ ref('int_tmle_influences') }}

),

tmle_units as (

    select * from {{ ref('int_tmle_units') }}

)

-- As a share of the outcome's range, per unit of weight. Above 0, because an arm whose
-- outcomes all lie at one end of the range has its root at infinity.
select
    tmle_units.design,
    tmle_units.outcome,
    tmle_units.split_id,
    tmle_units.is_treated,
    sum(
        tmle_units.arm_weight
        * (
            tmle_units.outcome_value
            - case tmle_units.is_treated
                when 1 then targeted_units.targeted_mu1
                else targeted_units.targeted_mu0
            end
        )
    ) / sum(tmle_units.arm_weight * tmle_units.value_range) as mean_residual
from tmle_units
inner join targeted_units
    on
        tmle_units.design = targeted_units.design
        and tmle_units.outcome = targeted_units.outcome
        and tmle_units.split_id = targeted_units.split_id
        and tmle_units.campaign_id = targeted_units.campaign_id
        and tmle_units.household_id = targeted_units.household_id
where tmle_units.value_range > 0
group by
    tmle_units.design,
    tmle_units.outcome,
    tmle_units.split_id,
    tmle_units.is_treated
having not abs(mean_residual) <= 1e-5
