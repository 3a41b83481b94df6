with

checks as (

    select * from {{ ref('int_robustness_checks') }}

),

main_effects as (

    select *
    from {{ ref('fct_change_effects') }}
    where outcome = 'sales'

),

compared as (

    select
        checks.*,
        main_effects.estimate as main_estimate,
        main_effects.ci_lower as main_ci_lower,
        main_effects.ci_upper as main_ci_upper,
        {{ confidence_limit('checks.estimate', 'checks.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('checks.estimate', 'checks.std_error', 'upper') }}
            as ci_upper
    from checks
    inner join main_effects
        on
            checks.estimator = main_effects.estimator
            and checks.scope = main_effects.scope

),

signed as (

    select
        *,
        {{ effect_sign('main_ci_lower', 'main_ci_upper') }} as main_sign,
        {{ effect_sign('ci_lower', 'ci_upper') }} as own_sign
    from compared

),

judged as (

    select
        *,
        case check_name
            when 'placebo start' then is_placebo_passed
            when 'kind of error'
                then largest_p_value < 0.05 or smallest_p_value >= 0.05
            when 'capped changes' then own_sign = main_sign
            when 'covariates' then own_sign = main_sign
            else lowest_estimate >= main_ci_lower and highest_estimate <= main_ci_upper
        end as is_robust
    from signed

),

final as (

    select
        *,
        {{ robustness_verdict() }} as verdict
    from judged

)

select
    check_name,
    variant,
    estimator,
    scope,
    main_estimate,
    estimate,
    std_error,
    ci_lower,
    ci_upper,
    change,
    change_std_error,
    lowest_estimate,
    highest_estimate,
    same_sign_share,
    most_influential_id,
    is_robust,
    verdict
from final
order by check_name, variant, estimator, scope
