with

ranking_differences as (

    select * from {{ ref('int_ranking_differences') }}

),

comparisons as (

    select
        *,
        {{ confidence_limit('difference', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('difference', 'std_error', 'upper') }} as ci_upper,
        case
            when std_error > 0 then {{ two_sided_p_value('(difference / std_error)') }}
        end as p_value
    from ranking_differences

),

ranked_comparisons as (

    select
        *,
        {{ family_rank('p_value', 'design') }}
    from comparisons

),

adjusted_comparisons as (

    select
        *,
        {{ q_value('p_value', 'design', 'n_family_tests', 'p_rank') }} as q_value
    from ranked_comparisons

),

final as (

    select
        design,
        'purchase_amount' as outcome,
        learner,
        baseline,
        metric,
        difference,
        std_error,
        ci_lower,
        ci_upper,
        p_value,
        q_value,
        {{ ranking_verdict('q_value', 'difference') }} as verdict
    from adjusted_comparisons

)

select * from final
order by design, outcome, learner, baseline, metric
