with

main_estimates as (

    select distinct
        design,
        estimand,
        estimator
    from {{ ref('int_effect_medians') }}
    where is_main_design

),

estimators as (

    select *
    from {{ ref('estimators') }}
    where needs_overlap is not null

),

designs as (

    select * from {{ ref('int_designs') }}

),

design_sizes as (

    select * from {{ ref('int_design_sizes') }}

),

holdout_sizes as (

    select * from {{ ref('int_holdout_sizes') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

worst_balance as (

    select * from {{ ref('int_worst_balance') }}

),

placebo_tests as (

    select *
    from {{ ref('int_placebo_tests') }}
    where outcome = 'purchase_amount'

),

interference_tests as (

    select * from {{ ref('int_interference_tests') }}

),

final as (

    select
        main_estimates.design,
        main_estimates.estimand,
        main_estimates.estimator,
        designs.control_rule = 'held out' as is_drawn,
        estimators.needs_overlap,
        overlap.is_overlap_sufficient,
        overlap.overlap_evidence,
        worst_balance.max_smd,
        worst_balance.worst_covariate,
        worst_balance.smd_limit,
        holdout_sizes.n_sent,
        holdout_sizes.n_expected,
        {{ chi_square_p_value('holdout_sizes.ratio_statistic', '1') }} as draw_p_value,
        placebo_tests.estimate as placebo_estimate,
        placebo_tests.std_error as placebo_std_error,
        placebo_tests.p_value as placebo_p_value,
        placebo_tests.is_passed as is_placebo_passed,
        interference_tests.treated_contaminated_share,
        interference_tests.control_contaminated_share,
        interference_tests.uncontaminated_estimate,
        interference_tests.change,
        interference_tests.change_ci_lower,
        interference_tests.change_ci_upper,
        interference_tests.change_p_value,
        design_sizes.n_treated_households,
        design_sizes.n_control_households
    from main_estimates
    inner join estimators
        on
            main_estimates.estimand = estimators.estimand
            and main_estimates.estimator = estimators.estimator
    inner join designs on main_estimates.design = designs.design
    inner join design_sizes on main_estimates.design = design_sizes.design
    left join holdout_sizes on main_estimates.design = holdout_sizes.design
    left join overlap on main_estimates.design = overlap.design
    left join worst_balance
        on
            main_estimates.design = worst_balance.design
            and main_estimates.estimand = worst_balance.estimand
    left join placebo_tests
        on
            main_estimates.design = placebo_tests.design
            and main_estimates.estimand = placebo_tests.estimand
    left join interference_tests
        on
            main_estimates.design = interference_tests.design
            and main_estimates.estimand = interference_tests.estimand

)

select * from final
order by design, estimand, estimator
