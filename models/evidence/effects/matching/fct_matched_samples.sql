with

matching_counts as (

    select * from {{ ref('int_matching_counts') }}

),

covariate_balance as (

    select * from {{ ref('fct_covariate_balance') }}

),

medians as (

    select
        design,
        max(n_treated) as n_treated,
        median(n_matched) as n_matched,
        median(n_controls_used) as n_controls_used,
        median(max_control_uses) as max_control_uses,
        median(ess_control) as ess_control,
        median(caliper) as caliper,
        median(mean_distance) as mean_distance
    from matching_counts
    group by design

),

worst_differences as (

    select
        design,
        max(abs(smd_unweighted)) as max_smd_unweighted,
        max(abs(smd_matched)) as max_smd_matched,
        max(abs(smd_matched)) <= {{ var('max_smd') }} as is_balanced,
        max_by(covariate, abs(smd_matched)) as worst_covariate
    from covariate_balance
    group by design

),

final as (

    select
        medians.design,
        cast(medians.n_treated as integer) as n_treated,
        medians.n_matched,
        medians.n_treated - medians.n_matched as n_dropped,
        medians.n_controls_used,
        cast(medians.max_control_uses as double) as max_control_uses,
        medians.ess_control,
        medians.caliper,
        medians.mean_distance,
        worst_differences.max_smd_unweighted,
        worst_differences.max_smd_matched,
        worst_differences.worst_covariate,
        worst_differences.is_balanced,
        {{ matching_verdict(
            'medians.n_matched',
            'medians.n_treated',
            'medians.ess_control',
            'worst_differences.worst_covariate',
            'worst_differences.max_smd_matched',
            'worst_differences.is_balanced'
        ) }} as verdict
    from medians
    inner join worst_differences on medians.design = worst_differences.design

)

select * from final
order by design
