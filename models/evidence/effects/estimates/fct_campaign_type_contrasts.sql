with

pairs as (

    select * from {{ ref('int_campaign_type_pairs') }}

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
        {{ q_value(
            'p_value', 'design, outcome, estimand', 'n_family_tests', 'p_rank'
        ) }} as q_value
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
            obstacle,
            {{ contrast_verdict('q_value', 'difference', 'first_type', 'second_type') }}
        ) as verdict
    from tested_pairs

)

select * from final
order by design, outcome, estimand, first_type, second_type
