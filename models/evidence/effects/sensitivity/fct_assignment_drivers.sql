with

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

partial_r2_pairs as (

    select * from {{ ref('int_partial_r2_pairs') }}

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
        {{ area_under_curve('value_rank', 'is_treated') }} as marginal_auc
    from ranked_values
    group by design, covariate, covariate_group

),

-- A group of covariates has neither a rank nor a coefficient of its own.
associations as (

    select
        partial_r2_pairs.design,
        partial_r2_pairs.outcome,
        partial_r2_pairs.benchmark_level as driver_level,
        partial_r2_pairs.benchmark as driver,
        marginal_aucs.covariate_group,
        marginal_aucs.marginal_auc,
        coefficients.logit_coefficient,
        partial_r2_pairs.treatment_r2,
        partial_r2_pairs.outcome_r2
    from partial_r2_pairs
    left join marginal_aucs
        on
            partial_r2_pairs.design = marginal_aucs.design
            and partial_r2_pairs.benchmark = marginal_aucs.covariate
            and partial_r2_pairs.benchmark_level = 'covariate'
    left join coefficients
        on
            partial_r2_pairs.design = coefficients.design
            and partial_r2_pairs.benchmark = coefficients.covariate
            and partial_r2_pairs.benchmark_level = 'covariate'

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
