with

rankings as (

    select * from {{ ref('py_ranking_refutations') }}

),

real_spreads as (

    select
        design,
        outcome,
        spread as real_spread
    from rankings
    where refuter = 'real data'

),

-- A half shares data with the whole, so it ranks noise alike as well: this is how much.
placebo_halves as (

    select
        design,
        outcome,
        quantile_cont(rank_correlation, 0.95) as noise_correlation
    from rankings
    where refuter = 'half of a placebo'
    group by design, outcome

),

compared_rankings as (

    select
        rankings.design,
        rankings.outcome,
        rankings.refuter,
        real_spreads.real_spread,
        count(*) as n_replicates,
        median(rankings.spread) as replicate_spread,
        median(rankings.rank_correlation) as rank_correlation,
        -- The real data count as one of the replicates, so that p is never 0.
        case
            when rankings.refuter = 'placebo treatment'
                then
                    (1 + count_if(rankings.spread >= real_spreads.real_spread))
                    / (1.0 + count(*))
        end as p_value
    from rankings
    inner join real_spreads
        on
            rankings.design = real_spreads.design
            and rankings.outcome = real_spreads.outcome
    where rankings.refuter not in ('real data', 'half of a placebo')
    group by
        rankings.design,
        rankings.outcome,
        rankings.refuter,
        real_spreads.real_spread

),

final as (

    select
        compared.design,
        compared.outcome,
        compared.refuter,
        cast(compared.n_replicates as integer) as n_replicates,
        compared.real_spread,
        compared.replicate_spread,
        compared.replicate_spread / nullif(compared.real_spread, 0) as spread_ratio,
        compared.rank_correlation,
        placebo_halves.noise_correlation,
        cast(compared.p_value as double) as p_value,
        case compared.refuter
            when 'placebo treatment'
                then
                    spread_ratio < {{ var('max_placebo_spread_ratio') }}
                    and compared.p_value <= {{ var('refutation_level') }}
            else
                compared.rank_correlation > {{ var('min_ranking_correlation') }}
                and compared.rank_correlation
                > coalesce(placebo_halves.noise_correlation, -1)
        end as is_passed
    from compared_rankings as compared
    left join placebo_halves
        on
            compared.design = placebo_halves.design
            and compared.outcome = placebo_halves.outcome
            and compared.refuter = 'half of the households'

)

select * from final
order by design, outcome, refuter
