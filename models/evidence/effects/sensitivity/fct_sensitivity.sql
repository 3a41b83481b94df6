with

omitted_bias_bounds as (

    select * from {{ ref('int_omitted_bias_bounds') }}

),

e_values as (

    select * from {{ ref('int_e_values') }}

),

rosenbaum_critical_gammas as (

    select * from {{ ref('int_rosenbaum_critical_gammas') }}

),

manski_bounds as (

    select * from {{ ref('int_manski_bounds') }}

),

analyses as (

    select * from omitted_bias_bounds
    union all by name
    select * from e_values
    union all by name
    select * from rosenbaum_critical_gammas
    union all by name
    select * from manski_bounds

),

final as (

    select
        design,
        outcome,
        analysis,
        scenario,
        estimand,
        confounder_strength,
        estimate,
        max_bias,
        estimate_lower,
        estimate_upper,
        ci_lower,
        ci_upper,
        ci_lower <= 0 and ci_upper >= 0 as could_be_zero,
        verdict
    from analyses

)

select * from final
order by design, outcome, analysis, scenario
