with

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where
        outcome = 'purchase_amount'
        and estimand in ('ATE', 'ATO')
        and estimator = 'AIPW'

),

variant_estimates as (

    select *
    from {{ ref('int_variant_estimates') }}
    where role = 'variant'

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
        answers.estimate between effect_estimates.ci_lower and effect_estimates.ci_upper
            as is_inside_interval
    from answers
    inner join effect_estimates
        on
            answers.design = effect_estimates.design
            and answers.estimand = effect_estimates.estimand
    inner join campaign_counts on answers.variant = campaign_counts.design

)

select * from final
order by design, estimand, variant
