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
        count(smd_matched) as n_covariates,
        max_by(covariate, abs(smd_matched)) as worst_covariate
    from covariate_balance
    group by design

),

matched_samples as (

    select
        medians.*,
        worst_differences.max_smd_unweighted,
        worst_differences.max_smd_matched,
        worst_differences.worst_covariate,
        {{ smd_limit(
            'worst_differences.n_covariates', 'medians.n_matched', 'medians.ess_control'
        ) }} as smd_limit
    from medians
    inner join worst_differences on medians.design = worst_differences.design

),

final as (

    select
        design,
        cast(n_treated as integer) as n_treated,
        n_matched,
        n_treated - n_matched as n_dropped,
        n_controls_used,
        cast(max_control_uses as double) as max_control_uses,
        ess_control,
        caliper,
        mean_distance,
        max_smd_unweighted,
        max_smd_matched,
        worst_covariate,
        max_smd_matched <= smd_limit as is_balanced,
        {{ matching_verdict(
            'n_matched',
            'n_treated',
            'ess_control',
            'worst_covariate',
            'max_smd_matched',
            'smd_limit'
        ) }} as verdict
    from matched_samples

)

select * from final
order by design
