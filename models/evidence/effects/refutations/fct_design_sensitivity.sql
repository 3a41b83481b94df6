with

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where
        is_main_design
        and outcome = 'purchase_amount'
        and estimand in ('ATE', 'ATO')
        and estimator = 'AIPW'

),

variant_estimates as (

    select *
    from {{ ref('int_variant_estimates') }}
    where role = 'variant'

),

variant_changes as (

    select *
    from {{ ref('int_variant_changes') }}
    where outcome = 'purchase_amount'

),

unit_outcomes as (

    select *
    from {{ ref('int_unit_outcomes') }}
    where outcome = 'purchase_amount'

),

-- A longer look-back or an earlier start can leave campaigns out.
campaign_counts as (

    select
        design,
        count(distinct campaign_id) as n_campaigns
    from unit_outcomes
    group by design

),

answers as (

    select
        design,
        design as variant,
        'as designed' as difference,
        estimand,
        estimate,
        std_error,
        n_treated,
        n_control
    from effect_estimates
    union all
    select
        variant_of as design,
        design as variant,
        difference,
        estimand,
        estimate,
        std_error,
        n_treated,
        n_control
    from variant_estimates

),

final as (

    select
        effect_estimates.design,
        answers.variant,
        answers.difference,
        answers.estimand,
        effect_estimates.is_headline,
        answers.estimate,
        answers.std_error,
        {{ confidence_limit('answers.estimate', 'answers.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('answers.estimate', 'answers.std_error', 'upper') }}
            as ci_upper,
        cast(answers.n_treated as integer) as n_treated,
        cast(answers.n_control as integer) as n_control,
        cast(campaign_counts.n_campaigns as integer) as n_campaigns,
        variant_changes.change,
        variant_changes.std_error as change_std_error,
        variant_changes.ci_lower as change_ci_lower,
        variant_changes.ci_upper as change_ci_upper,
        variant_changes.p_value as change_p_value
    from answers
    inner join effect_estimates
        on
            answers.design = effect_estimates.design
            and answers.estimand = effect_estimates.estimand
    inner join campaign_counts on answers.variant = campaign_counts.design
    left join variant_changes
        on
            answers.variant = variant_changes.variant
            and answers.estimand = variant_changes.estimand

)

select * from final
order by design, estimand, variant
