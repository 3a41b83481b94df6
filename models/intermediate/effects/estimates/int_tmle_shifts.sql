{#- As many steps of 1 as bring a mean from one end of the scale to the other. Usually
    five steps are enough. -#}
{% set n_steps = 20 %}

with recursive

units as (

    select * from {{ ref('int_tmle_units') }}

),

-- The shift of an arm's log-odds that makes its weighted residuals sum to 0 (Gruber and
-- van der Laan 2010). A Newton step of at most 1 always comes nearer to the only root,
-- because the slope changes by no more than a factor of e within such a step.
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
    (
        with

        fitted_units as (

            select
                units.design,
                units.outcome,
                units.split_id,
                units.is_treated,
                units.arm_weight,
                units.scaled_outcome,
                shifts.step,
                shifts.shift,
                1 / (1 + exp(-units.log_odds_of_arm - shifts.shift)) as fitted_mean
            from shifts
            inner join units
                on
                    shifts.design = units.design
                    and shifts.outcome = units.outcome
                    and shifts.split_id = units.split_id
                    and shifts.is_treated = units.is_treated
            where shifts.step < {{ n_steps }}

        ),

        newton_steps as (

            select
                design,
                outcome,
                split_id,
                is_treated,
                max(step) + 1 as step,
                max(shift) as shift,
                {{ exact_sum('arm_weight * (scaled_outcome - fitted_mean)') }}
                / nullif(
                    {{ exact_sum('arm_weight * fitted_mean * (1 - fitted_mean)') }}, 0
                ) as change
            from fitted_units
            group by design, outcome, split_id, is_treated

        )

        select
            design,
            outcome,
            split_id,
            is_treated,
            step,
            shift + coalesce(greatest(-1, least(1, change)), 0) as shift
        from newton_steps
    )

),

final as (

    select
        design,
        outcome,
        split_id,
        max(shift) filter (where is_treated = 0) as shift0,
        max(shift) filter (where is_treated = 1) as shift1
    from shifts
    where step = {{ n_steps }}
    group by design, outcome, split_id

)

select * from final
order by design, outcome, split_id
