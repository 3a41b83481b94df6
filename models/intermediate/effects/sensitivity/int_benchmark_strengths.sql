with

partial_r2 as (

    select * from {{ ref('py_partial_r2') }}

),

multiples as (

    select unnest([1, 2, 3]) as multiple

),

benchmarks as (

    select
        treatment.design,
        outcomes.target as outcome,
        treatment.benchmark_level,
        treatment.benchmark,
        multiples.multiple,
        treatment.partial_r2 as benchmark_treatment_r2,
        outcomes.partial_r2 as benchmark_outcome_r2,
        treatment.partial_r2 / nullif(1 - treatment.partial_r2, 0) as treatment_odds,
        outcomes.partial_r2 / nullif(1 - outcomes.partial_r2, 0) as outcome_odds
    from partial_r2 as treatment
    inner join partial_r2 as outcomes
        on
            treatment.design = outcomes.design
            and treatment.benchmark_level = outcomes.benchmark_level
            and treatment.benchmark = outcomes.benchmark
            and treatment.target = 'treatment'
            and outcomes.target != 'treatment'
    cross join multiples

),

-- Cinelli and Hazlett (2020, section 4.4): what a cause that is `multiple` times as
-- strong as the benchmark, given all covariates, explains of treatment and outcome. The
-- shared share is what it would have in common with the benchmark given treatment.
confounders as (

    select
        *,
        multiple * treatment_odds as treatment_r2,
        multiple * benchmark_treatment_r2 * treatment_odds
        / (1 - multiple * benchmark_treatment_r2) as shared_r2
    from benchmarks

),

-- With a share of 1 or more no cause can be that strong: it has no row.
final as (

    select
        design,
        outcome,
        benchmark_level,
        benchmark,
        multiple,
        benchmark_treatment_r2,
        benchmark_outcome_r2,
        round(treatment_r2, 9) as confounder_treatment_r2,
        round(
            least(
                1,
                pow(sqrt(multiple) + sqrt(shared_r2), 2)
                / (1 - shared_r2)
                * outcome_odds
            ), 9
        ) as confounder_outcome_r2
    from confounders
    where treatment_r2 < 1 and shared_r2 >= 0 and shared_r2 < 1

)

select * from final
order by design, outcome, benchmark_level, benchmark, multiple
