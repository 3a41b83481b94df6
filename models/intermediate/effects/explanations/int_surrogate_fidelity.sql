with

rule_units as (

    select * from {{ ref('int_effect_rule_units') }}

),

contributions as (

    select * from {{ ref('int_effect_contributions') }}

),

slopes as (

    select distinct
        design,
        outcome,
        intercept
    from {{ ref('py_effect_surrogate_line') }}

),

-- If no covariate varies, there is no slope and the line has no row.
line_sums as (

    select
        design,
        outcome,
        campaign_id,
        household_id,
        {{ exact_sum('contribution') }} as contribution
    from contributions
    group by design, outcome, campaign_id, household_id

),

reproduced_effects as (

    select
        design,
        outcome,
        'tree' as surrogate,
        predicted_effect,
        leaf_effect as reproduced_effect
    from rule_units
    union all by name
    select
        rule_units.design,
        rule_units.outcome,
        'line' as surrogate,
        rule_units.predicted_effect,
        slopes.intercept + line_sums.contribution as reproduced_effect
    from rule_units
    inner join line_sums
        on
            rule_units.design = line_sums.design
            and rule_units.outcome = line_sums.outcome
            and rule_units.campaign_id = line_sums.campaign_id
            and rule_units.household_id = line_sums.household_id
    inner join slopes
        on
            rule_units.design = slopes.design
            and rule_units.outcome = slopes.outcome

),

final as (

    select
        design,
        outcome,
        surrogate,
        1
        - {{ exact_sum('pow(predicted_effect - reproduced_effect, 2)') }}
        / nullif(
            pow({{ exact_std_dev('predicted_effect') }}, 2) * (count(*) - 1), 0
        ) as fidelity_r2
    from reproduced_effects
    group by design, outcome, surrogate

)

select * from final
order by design, outcome, surrogate
