with

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

partial_r2 as (

    select * from {{ ref('py_partial_r2') }}

),

coefficients as (

    select * from {{ ref('py_assignment_coefficients') }}

),

ranked_values as (

    select
        *,
        {{ mean_rank('covariate_value', 'design, covariate') }} as value_rank
    from covariate_rows

),

marginal_aucs as (

    select
        design,
        covariate,
        covariate_group,
        {{ area_under_curve('value_rank') }} as marginal_auc
    from ranked_values
    group by design, covariate, covariate_group

),

-- A group has neither rank nor coefficient of its own.
associations as (

    select
        treatment.design,
        outcomes.target as outcome,
        treatment.benchmark_level as driver_level,
        treatment.benchmark as driver,
        marginal_aucs.covariate_group,
        marginal_aucs.marginal_auc,
        coefficients.logit_coefficient,
        treatment.partial_r2 as treatment_r2,
        outcomes.partial_r2 as outcome_r2
    from partial_r2 as treatment
    inner join partial_r2 as outcomes
        on
            treatment.design = outcomes.design
            and treatment.benchmark_level = outcomes.benchmark_level
            and treatment.benchmark = outcomes.benchmark
            and treatment.target = 'treatment'
            and outcomes.target != 'treatment'
    left join marginal_aucs
        on
            treatment.design = marginal_aucs.design
            and treatment.benchmark = marginal_aucs.covariate
            and treatment.benchmark_level = 'covariate'
    left join coefficients
        on
            treatment.design = coefficients.design
            and treatment.benchmark = coefficients.covariate
            and treatment.benchmark_level = 'covariate'

),

final as (

    select
        design,
        outcome,
        driver_level,
        driver,
        coalesce(covariate_group, driver) as covariate_group,
        marginal_auc,
        logit_coefficient,
        treatment_r2,
        outcome_r2,
        case
            when
                treatment_r2 >= {{ var('min_partial_r2') }}
                and outcome_r2 >= {{ var('min_partial_r2') }}
                then 'both'
            when treatment_r2 >= {{ var('min_partial_r2') }} then 'drives assignment'
            when outcome_r2 >= {{ var('min_partial_r2') }} then 'predicts outcome'
            when treatment_r2 is not null and outcome_r2 is not null then 'neither'
        end as role
    from associations

)

select * from final
order by design, outcome, driver_level, driver
