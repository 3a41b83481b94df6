with

group_effects as (

    select *
    from {{ ref('fct_group_effects') }}
    where grouping = 'campaign_type'

),

group_tests as (

    select *
    from {{ ref('fct_group_tests') }}
    where grouping = 'campaign_type'

),

pairs as (

    select
        first_effects.design,
        first_effects.outcome,
        first_effects.estimand,
        first_effects.group_name as first_type,
        second_effects.group_name as second_type,
        first_effects.n_treated as n_treated_first,
        first_effects.n_control as n_control_first,
        second_effects.n_treated as n_treated_second,
        second_effects.n_control as n_control_second,
        group_tests.has_shared_households,
        case
            when first_effects.gate_status = 'passed'
                and second_effects.gate_status = 'passed'
                and not group_tests.has_shared_households
                then first_effects.estimate - second_effects.estimate
        end as difference,
        -- Types share no household, so their errors are independent.
        sqrt(
            pow(first_effects.std_error, 2) + pow(second_effects.std_error, 2)
        ) as std_error,
        case
            when group_tests.has_shared_households
                then 'cannot be told: types share households'
            when first_effects.gate_status = 'too few'
                then 'cannot be told: '
                    || first_effects.group_name || '. ' || first_effects.reason
            when second_effects.gate_status = 'too few'
                then 'cannot be told: '
                    || second_effects.group_name || '. ' || second_effects.reason
            when 'failed' in (first_effects.gate_status, second_effects.gate_status)
                then 'cannot be told: the arms overlap too little'
        end as why_not
    from group_effects as first_effects
    inner join group_effects as second_effects
        on
            first_effects.design = second_effects.design
            and first_effects.outcome = second_effects.outcome
            and first_effects.estimand = second_effects.estimand
            and first_effects.group_name < second_effects.group_name
    inner join group_tests
        on
            first_effects.design = group_tests.design
            and first_effects.outcome = group_tests.outcome
            and first_effects.estimand = group_tests.estimand

),

limited_pairs as (

    select
        * exclude (std_error),
        case when difference is not null then std_error end as std_error,
        {{ two_sided_p_value('(difference / std_error)') }} as p_value
    from pairs

),

ranked_pairs as (

    select
        *,
        {{ family_rank('p_value', 'design, outcome, estimand') }}
    from limited_pairs

),

tested_pairs as (

    select
        *,
        {{ q_value('p_value', 'design, outcome, estimand') }} as q_value
    from ranked_pairs

),

final as (

    select
        design,
        outcome,
        estimand,
        first_type,
        second_type,
        n_treated_first,
        n_control_first,
        n_treated_second,
        n_control_second,
        difference,
        std_error,
        {{ confidence_limit('difference', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('difference', 'std_error', 'upper') }} as ci_upper,
        p_value,
        q_value,
        coalesce(
            why_not,
            case
                when q_value >= {{ var('heterogeneity_level') }}
                    then 'no detectable difference'
                when difference > 0 then first_type || ' does more'
                else second_type || ' does more'
            end
        ) as verdict
    from tested_pairs

)

select * from final
order by design, outcome, estimand, first_type, second_type
