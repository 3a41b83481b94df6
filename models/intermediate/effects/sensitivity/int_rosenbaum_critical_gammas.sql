{#- Two-sided 5 %. -#}
{% set z = 1.959963984540054 %}

with

signed_ranks as (

    select * from {{ ref('int_signed_ranks') }}

),

-- Terms of the equation (larger_rank_sum - p rank_sum)^2 = z^2 p (1 - p)
-- squared_rank_sum. Its smaller root p is the probability of a positive difference at
-- which the bound is z.
quadratics as (

    select
        *,
        pow(rank_sum, 2) + {{ z }} * {{ z }} * squared_rank_sum as square_term,
        2 * larger_rank_sum * rank_sum + {{ z }} * {{ z }} * squared_rank_sum
            as linear_term,
        pow(larger_rank_sum, 2) as constant_term
    from signed_ranks

),

chances as (

    select
        *,
        (
            linear_term
            - sqrt(pow(linear_term, 2) - 4 * square_term * constant_term)
        ) / (2 * square_term) as chance
    from quadratics

),

-- The critical gamma is 1 if the pairs show no effect even without a hidden cause.
critical_gammas as (

    select
        design,
        outcome,
        median(n_pairs) as n_pairs,
        round(median(greatest(1, chance / (1 - chance))), 9) as gamma
    from chances
    group by design, outcome

),

final as (

    select
        design,
        outcome,
        'Rosenbaum bounds' as analysis,
        'critical odds ratio' as scenario,
        'ATT of the matched' as estimand,
        case when n_pairs >= {{ var('min_group_households') }} then gamma end
            as confounder_strength,
        {{ critical_gamma_verdict('n_pairs', 'gamma') }} as verdict
    from critical_gammas

)

select * from final
order by design, outcome
