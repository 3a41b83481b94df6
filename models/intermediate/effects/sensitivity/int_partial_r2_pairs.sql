with

partial_r2 as (

    select * from {{ ref('py_partial_r2') }}

),

final as (

    select
        treatment.design,
        outcomes.target as outcome,
        treatment.benchmark_level,
        treatment.benchmark,
        treatment.partial_r2 as treatment_r2,
        outcomes.partial_r2 as outcome_r2
    from partial_r2 as treatment
    inner join partial_r2 as outcomes
        on
            treatment.design = outcomes.design
            and treatment.benchmark_level = outcomes.benchmark_level
            and treatment.benchmark = outcomes.benchmark
            and outcomes.target != 'treatment'
    where treatment.target = 'treatment'

)

select * from final
order by design, outcome, benchmark_level, benchmark
