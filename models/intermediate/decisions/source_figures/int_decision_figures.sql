with

cost_models as (

    select * from {{ ref('fct_cost_models') }}

),

plug_in_profits as (

    select * from {{ ref('int_plug_in_profits') }}

),

policy_values as (

    select * from {{ ref('fct_policy_values') }}
    where population = 'all'

),

-- The study's 25 cells; the grid of the build has cheaper contacts, too.
scenarios as (

    select * from {{ ref('fct_scenarios') }}
    where
        policy = 'effect_above_break_even' and population = 'all'
        and scenario_id > 0 and cost_per_contact >= 5

),

documented_tests as (

    select * from {{ ref('fct_documented_tests') }}

),

power_targets as (

    select * from {{ ref('fct_power_targets') }}
    where metric = 'purchase_amount' and target = 'effect of past campaigns'

),

cost_values as (

    select
        'fct_cost_models: ' || cost_model as table_row,
        cost_per_contact,
        break_even_effect
    from cost_models

),

policy_rows as (

    select
        'fct_policy_values: ' || design || ', ' || policy as table_row,
        share_targeted,
        profit / n_units as profit_per_unit,
        roi,
        profit_vs_all / n_units as profit_vs_all_per_unit
    from policy_values
    union all by name
    select
        'fct_cate: ' || design || ', plug-in ' || policy as table_row,
        share_targeted,
        profit_per_unit,
        roi,
        profit_vs_all_per_unit
    from plug_in_profits

),

test_values as (

    select
        'fct_documented_tests: ' || source as table_row,
        cast(n_needed as double) as n_needed,
        minimum_detectable_effect
    from documented_tests
    union all by name
    select
        'fct_power_targets: effect of past campaigns, ' || horizon_weeks || ' weeks, '
        || treated_share || ' treated, ' || arm_rule || ', ' || method as table_row,
        cast(n_needed as double) as n_needed,
        minimum_detectable_effect
    from power_targets

),

figures as (

    from (unpivot cost_values on columns(* exclude (table_row)))
    union all by name
    from (unpivot policy_rows on columns(* exclude (table_row)))
    union all by name
    from (unpivot test_values on columns(* exclude (table_row)))
    union all by name
    select
        'fct_scenarios: ' || design as table_row,
        'cells that significantly earn' as name,
        cast(count_if(ci_lower > 0) as double) as value
    from scenarios
    group by design

),

final as (

    select
        table_row || ', ' || name as place,
        cast(value as double) as figure_value
    from figures
    where value is not null

)

select * from final
order by place
