-- If this fails, the population of all units is judged by other figures than those that
-- fct_overlap and fct_covariate_balance show of the design.
with

all_units as (

    select *
    from {{ ref('fct_target_populations') }}
    where population = 'all'

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

worst_differences as (

    select
        design,
        max(abs(smd_ipw)) as max_smd
    from {{ ref('fct_covariate_balance') }}
    group by design

)

select
    overlap.design,
    all_units.n_sent,
    all_units.n_not_sent,
    all_units.overlap_evidence,
    all_units.max_smd,
    worst_differences.max_smd as max_smd_of_design
from overlap
full outer join all_units on overlap.design = all_units.design
left join worst_differences on overlap.design = worst_differences.design
where
    all_units.n_sent is distinct from overlap.n_treated
    or all_units.n_not_sent is distinct from overlap.n_control
    or all_units.overlap_evidence is distinct from overlap.overlap_evidence
    or abs(all_units.max_smd - worst_differences.max_smd) > 1e-8
    or (all_units.max_smd is null) != (worst_differences.max_smd is null)
