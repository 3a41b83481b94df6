with

rule_units as (

    select * from {{ ref('int_effect_rule_units') }}

),

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

rule_splits as (

    select
        rule_units.design,
        rule_units.outcome,
        rule_units.leaf_id,
        unit_propensities.split_id,
        count(*) as n_units,
        count(distinct rule_units.household_id) as n_households,
        {{ exact_avg('rule_units.predicted_effect') }} as mean_predicted_effect,
        sum(unit_propensities.is_treated) as n_treated,
        count(distinct rule_units.household_id) filter (
            where unit_propensities.is_treated = 1
        ) as n_treated_households,
        count(distinct rule_units.household_id) filter (
            where unit_propensities.is_treated = 0
        ) as n_control_households,
        {{ overlap_statistics(
            'unit_propensities.is_treated',
            'unit_propensities.propensity',
            'unit_propensities.raw_propensity'
        ) }}
    from rule_units
    inner join unit_propensities
        on
            rule_units.design = unit_propensities.design
            and rule_units.campaign_id = unit_propensities.campaign_id
            and rule_units.household_id = unit_propensities.household_id
    group by
        rule_units.design,
        rule_units.outcome,
        rule_units.leaf_id,
        unit_propensities.split_id

),

medians as (

    select
        design,
        outcome,
        leaf_id,
        max(n_units) as n_units,
        max(n_households) as n_households,
        max(mean_predicted_effect) as mean_predicted_effect,
        max(n_treated) as n_treated,
        max(n_units) - max(n_treated) as n_control,
        max(n_treated_households) as n_treated_households,
        max(n_control_households) as n_control_households,
        median(share_in_10_90) as share_in_10_90,
        median(ess_treated) as ess_treated,
        median(ess_control) as ess_control
    from rule_splits
    group by design, outcome, leaf_id

),

final as (

    select
        design,
        outcome,
        leaf_id,
        n_units,
        n_households,
        mean_predicted_effect,
        n_treated,
        n_control,
        share_in_10_90,
        least(n_treated_households, n_control_households)
        >= {{ var('min_group_households') }} as is_large_enough,
        {{ overlap_gate(
            'share_in_10_90', 'ess_treated', 'ess_control', 'n_treated', 'n_control'
        ) }}
    from medians

)

select * from final
order by design, outcome, leaf_id
