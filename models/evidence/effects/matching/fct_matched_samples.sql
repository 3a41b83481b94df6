with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where {{ main_designs() }}

),

matched_pairs as (

    select * from {{ ref('int_matched_pairs') }}

),

matched_controls as (

    select * from {{ ref('int_matched_controls') }}

),

covariate_balance as (

    select * from {{ ref('fct_covariate_balance') }}

),

treated_counts as (

    select
        design,
        split_id,
        sum(is_treated) as n_treated
    from unit_propensities
    group by design, split_id

),

pair_counts as (

    select
        design,
        split_id,
        count(*) as n_matched,
        max(caliper) as caliper,
        {{ exact_avg('distance') }} as mean_distance
    from matched_pairs
    group by design, split_id

),

control_counts as (

    select
        design,
        split_id,
        count(*) as n_controls_used,
        max(n_uses) as max_control_uses,
        pow(sum(n_uses), 2) / sum(n_uses * n_uses) as ess_control
    from matched_controls
    group by design, split_id

),

medians as (

    select
        treated_counts.design,
        max(treated_counts.n_treated) as n_treated,
        median(coalesce(pair_counts.n_matched, 0)) as n_matched,
        median(control_counts.n_controls_used) as n_controls_used,
        median(control_counts.max_control_uses) as max_control_uses,
        median(control_counts.ess_control) as ess_control,
        median(pair_counts.caliper) as caliper,
        median(pair_counts.mean_distance) as mean_distance
    from treated_counts
    left join pair_counts
        on
            treated_counts.design = pair_counts.design
            and treated_counts.split_id = pair_counts.split_id
    left join control_counts
        on
            treated_counts.design = control_counts.design
            and treated_counts.split_id = control_counts.split_id
    group by treated_counts.design

),

worst_differences as (

    select
        design,
        max(abs(smd_unweighted)) as max_smd_unweighted,
        max(abs(smd_matched)) as max_smd_matched,
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
        worst_differences.max_smd_matched <= 0.1 as is_balanced,
        case
            when worst_differences.max_smd_matched is null then 'Nobody was matched.'
            else
                format(
                    '{:.0f} of {} treated have a control with nearly the same '
                    || 'propensity; reused, the controls count as {:.0f}. The arms '
                    || 'differ most in {}, by {:.2f} standard deviations: {}',
                    medians.n_matched,
                    medians.n_treated,
                    medians.ess_control,
                    worst_differences.worst_covariate,
                    worst_differences.max_smd_matched,
                    case
                        when worst_differences.max_smd_matched <= 0.1 then 'balanced.'
                        else 'not balanced (0.10 allowed).'
                    end
                )
        end as verdict
    from medians
    inner join worst_differences on medians.design = worst_differences.design

)

select * from final
order by design
