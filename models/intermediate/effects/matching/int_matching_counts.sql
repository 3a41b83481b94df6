with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

),

matched_pairs as (

    select * from {{ ref('int_matched_pairs') }}

),

matched_controls as (

    select * from {{ ref('int_matched_controls') }}

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

final as (

    select
        treated_counts.design,
        treated_counts.split_id,
        treated_counts.n_treated,
        coalesce(pair_counts.n_matched, 0) as n_matched,
        control_counts.n_controls_used,
        control_counts.max_control_uses,
        control_counts.ess_control,
        pair_counts.caliper,
        pair_counts.mean_distance
    from treated_counts
    left join pair_counts
        on
            treated_counts.design = pair_counts.design
            and treated_counts.split_id = pair_counts.split_id
    left join control_counts
        on
            treated_counts.design = control_counts.design
            and treated_counts.split_id = control_counts.split_id

)

select * from final
order by design, split_id
