with

signed_ranks as (

    select * from {{ ref('int_signed_ranks') }}

),

gammas as (

    select unnest(generate_series(10, 30)) / 10 as gamma

),

-- Rosenbaum (2002, section 4.3): if the odds of being sent differ up to gamma-fold in a
-- pair and there is no effect, the probability of a positive difference lies between
-- 1 / (1 + gamma) and gamma / (1 + gamma).
deviates as (

    select
        signed_ranks.*,
        gammas.gamma,
        (
            signed_ranks.larger_rank_sum
            - gammas.gamma / (1 + gammas.gamma) * signed_ranks.rank_sum
        )
        / sqrt(gammas.gamma * signed_ranks.squared_rank_sum)
        * (1 + gammas.gamma) as smallest_z,
        (
            signed_ranks.larger_rank_sum
            - 1 / (1 + gammas.gamma) * signed_ranks.rank_sum
        )
        / sqrt(gammas.gamma * signed_ranks.squared_rank_sum)
        * (1 + gammas.gamma) as largest_z
    from signed_ranks
    cross join gammas

),

medians as (

    select
        design,
        outcome,
        gamma,
        median(n_pairs) as n_pairs,
        median(positive_rank_sum / rank_sum) as positive_rank_share,
        median({{ two_sided_p_value('largest_z') }}) as p_value_lower,
        median(
            case
                when smallest_z > 0 then {{ two_sided_p_value('smallest_z') }}
                else 1
            end
        ) as p_value_upper
    from deviates
    group by design, outcome, gamma

),

sized_pairs as (

    select
        *,
        n_pairs >= {{ var('min_group_households') }} as is_enough
    from medians

),

final as (

    select
        design,
        outcome,
        gamma,
        n_pairs,
        positive_rank_share,
        case when is_enough then p_value_lower end as p_value_lower,
        case when is_enough then p_value_upper end as p_value_upper,
        case when is_enough then p_value_upper >= 0.05 end as could_be_zero,
        {{ signed_rank_verdict(
            'n_pairs', 'p_value_upper', 'positive_rank_share'
        ) }} as verdict
    from sized_pairs

)

select * from final
order by design, outcome, gamma
