with

partial_r2_pairs as (

    select * from {{ ref('int_partial_r2_pairs') }}

),

multiples as (

    select unnest([1, 2, 3]) as multiple

),

benchmarks as (

    select
        partial_r2_pairs.design,
        partial_r2_pairs.outcome,
        partial_r2_pairs.benchmark_level,
        partial_r2_pairs.benchmark,
        multiples.multiple,
        partial_r2_pairs.treatment_r2 as benchmark_treatment_r2,
        partial_r2_pairs.outcome_r2 as benchmark_outcome_r2,
        partial_r2_pairs.treatment_r2
        / nullif(1 - partial_r2_pairs.treatment_r2, 0) as treatment_odds,
        partial_r2_pairs.outcome_r2
        / nullif(1 - partial_r2_pairs.outcome_r2, 0) as outcome_odds
    from partial_r2_pairs
    cross join multiples

),

-- Cinelli and Hazlett (2020, section 4.4): the shares of treatment and outcome that a
-- cause explains, given all covariates, if it is `multiple` times as strong as the
-- benchmark. shared_r2 is what it has in common with the benchmark given treatment.
confounders as (

    select
        *,
        multiple * treatment_odds as treatment_r2,
        multiple * benchmark_treatment_r2 * treatment_odds
        / (1 - multiple * benchmark_treatment_r2) as shared_r2
    from benchmarks

),

-- No cause can explain a share of 1 or more, so such a multiple has no row.
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
