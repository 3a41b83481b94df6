with

checks as (

    select * from {{ ref('int_estimate_checks') }}

),

effects as (

    select *
    from {{ ref('fct_change_effects') }}
    where outcome = 'sales'

),

money_effects as (

    select * from {{ ref('int_money_effects') }}

),

failed_gates as (

    select
        scope,
        estimator,
        string_agg(code, ', ' order by position) as reason_codes,
        string_agg(reason, ' ' order by position) as reason
    from {{ ref('int_estimate_gates') }}
    group by scope, estimator

),

-- Costs were paid, so they have no error; that of profit is that of its margin.
estimates as (

    select
        checks.scope,
        checks.estimator,
        coalesce(money_effects.n_campaigns, 0) as n_campaigns,
        coalesce(effects.n_sent, 0) as n_sent,
        coalesce(effects.n_others, 0) as n_others,
        effects.estimate,
        effects.std_error,
        effects.ci_lower,
        effects.ci_upper,
        effects.p_value,
        checks.detectable_effect,
        checks.sales_before,
        money_effects.household_weeks,
        money_effects.sales,
        money_effects.sales_std_error,
        {{ confidence_limit(
            'money_effects.sales', 'money_effects.sales_std_error', 'lower'
        ) }} as sales_lower,
        {{ confidence_limit(
            'money_effects.sales', 'money_effects.sales_std_error', 'upper'
        ) }} as sales_upper,
        {{ setting('margin') }} * money_effects.sales as margin,
        money_effects.cost,
        failed_gates.reason_codes,
        failed_gates.reason
    from checks
    left join effects using (scope, estimator)
    left join money_effects using (scope, estimator)
    left join failed_gates using (scope, estimator)

),

profits as (

    select
        *,
        margin - cost as profit,
        {{ setting('margin') }} * sales_lower - cost as profit_lower,
        {{ setting('margin') }} * sales_upper - cost as profit_upper,
        {{ two_sided_p_value(
            '((margin - cost) / nullif(' ~ setting('margin') ~ ' * sales_std_error, 0))'
        ) }} as profit_p_value
    from estimates

),

final as (

    select
        *,
        profit / nullif(cost, 0) as roi,
        profit_lower / nullif(cost, 0) as roi_lower,
        profit_upper / nullif(cost, 0) as roi_upper,
        cost / nullif({{ setting('margin') }} * household_weeks, 0) as break_even_effect
    from profits

)

select * from final
order by scope, estimator
