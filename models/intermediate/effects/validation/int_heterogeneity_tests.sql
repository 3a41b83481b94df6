with

cate_validation as (

    select * from {{ ref('fct_cate_validation') }}
    where test in ('autoc', 'qini', 'blp_slope')

),

toc_draws as (

    select * from {{ ref('int_toc_draws') }}
    where sample_id = 0

),

gate_spreads as (

    select * from {{ ref('int_gate_spreads') }}

),

joint_tests as (

    select * from {{ ref('int_joint_tests') }}

),

deciding_households as (

    select
        design,
        count(*) as n_households
    from toc_draws
    group by design

),

-- One-sided, as in fct_cate_validation.
tests as (

    select
        cate_validation.*,
        'none' as grouping,
        'ATE' as estimand,
        cate_validation.value as estimate,
        deciding_households.n_households
    from cate_validation
    inner join deciding_households
        on cate_validation.design = deciding_households.design
    union all by name
    select
        *,
        'gate_spread' as test,
        'predicted_effect' as grouping,
        'ATE' as estimand,
        spread as estimate,
        {{ confidence_limit('spread', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('spread', 'std_error', 'upper') }} as ci_upper,
        {{ upper_tail_p_value('spread', 'std_error') }} as p_value
    from gate_spreads
    union all by name
    select
        *,
        'joint' as test,
        pooled_estimate as estimate
    from joint_tests

),

final as (

    select
        design,
        outcome,
        learner,
        coalesce(is_primary, false) as is_primary,
        test,
        grouping,
        estimand,
        n_groups,
        n_groups_passed,
        n_groups_compared,
        n_households,
        estimate,
        std_error,
        ci_lower,
        ci_upper,
        coalesce(statistic, case when std_error > 0 then estimate / std_error end)
            as statistic,
        degrees_of_freedom,
        -- Where arms do not overlap a test of groups rejects too often.
        case
            when not coalesce(n_groups_passed < n_groups_compared, false)
                then p_value
        end as p_value
    from tests

)

select * from final
order by design, outcome, learner, test, grouping, estimand
