{#- Enough to bring a mean from one end of the scale to the other; five as a rule. -#}
{% set n_steps = 20 %}
{% set fitted = '1 / (1 + exp(-units.log_odds_of_arm - shifts.shift))' %}
{% set residual = 'units.arm_weight * (units.scaled_outcome - ' ~ fitted ~ ')' %}
{% set slope = 'units.arm_weight * ' ~ fitted ~ ' * (1 - ' ~ fitted ~ ')' %}

with recursive

units as (

    select * from {{ ref('int_tmle_units') }}

),

-- The shift of an arm's log-odds that makes its weighted residuals sum to 0 (Gruber and
-- van der Laan 2010). A Newton step of at most 1 comes nearer to that only root: on its
-- way the slope changes by no more than a factor of e.
shifts as (

    select distinct
        design,
        outcome,
        split_id,
        is_treated,
        0 as step,
        cast(0 as double) as shift
    from units
    union all
    select
        units.design,
        units.outcome,
        units.split_id,
        units.is_treated,
        max(shifts.step) + 1 as step,
        max(shifts.shift)
        + coalesce(
            greatest(
                -1,
                least(1, {{ exact_sum(residual) }} / nullif({{ exact_sum(slope) }}, 0))
            ),
            0
        ) as shift
    from shifts
    inner join units
        on
            shifts.design = units.design
            and shifts.outcome = units.outcome
            and shifts.split_id = units.split_id
            and shifts.is_treated = units.is_treated
    where shifts.step < {{ n_steps }}
    group by units.design, units.outcome, units.split_id, units.is_treated

),

split_shifts as (

    select
        design,
        outcome,
        split_id,
        max(shift) filter (where is_treated = 0) as shift0,
        max(shift) filter (where is_treated = 1) as shift1
    from shifts
    where step = {{ n_steps }}
    group by design, outcome, split_id

),

targeted_units as (

    select
        units.design,
        units.outcome,
        units.campaign_id,
        units.household_id,
        units.split_id,
        units.is_treated,
        units.outcome_value,
        units.arm_weight,
        -- The steps end within rounding of the root.
        round(
            units.lowest_value
            + units.value_range / (1 + exp(-units.log_odds0 - split_shifts.shift0)),
            9
        ) as targeted_mu0,
        round(
            units.lowest_value
            + units.value_range / (1 + exp(-units.log_odds1 - split_shifts.shift1)),
            9
        ) as targeted_mu1
    from units
    inner join split_shifts
        on
            units.design = split_shifts.design
            and units.outcome = split_shifts.outcome
            and units.split_id = split_shifts.split_id

),

-- The doubly robust score on the targeted means: its residuals sum to 0 in each arm.
final as (

    select
        design,
        outcome,
        campaign_id,
        household_id,
        split_id,
        is_treated,
        targeted_mu0,
        targeted_mu1,
        targeted_mu1 - targeted_mu0
        + case is_treated
            when 1 then arm_weight * (outcome_value - targeted_mu1)
            else -arm_weight * (outcome_value - targeted_mu0)
        end as targeted_score
    from targeted_units

)

select * from final
order by design, outcome, split_id, campaign_id, household_id
