with

effects as (

    select * from {{ ref('int_change_match_effects') }}

),

match_balance as (

    select * from {{ ref('int_change_match_balance') }}

),

scope_sizes as (

    select
        scope,
        sum(n_sent) as n_sent
    from {{ ref('int_impact_scopes') }}
    group by scope

),

worst_differences as (

    select
        caliper,
        scope,
        max(abs(smd)) as max_smd,
        max_by(covariate, abs(smd)) as worst_covariate
    from match_balance
    group by caliper, scope

),

final as (

    select
        effects.caliper,
        effects.scope,
        cast(effects.n_pairs as bigint) as n_pairs,
        effects.n_pairs / scope_sizes.n_sent as share_matched,
        effects.n_households,
        worst_differences.max_smd,
        worst_differences.worst_covariate,
        worst_differences.max_smd < {{ var('impact_max_smd') }} as is_balanced,
        effects.estimate,
        effects.std_error,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'upper') }}
            as ci_upper
    from effects
    inner join scope_sizes on effects.scope = scope_sizes.scope
    inner join worst_differences
        on
            effects.caliper = worst_differences.caliper
            and effects.scope = worst_differences.scope

)

select * from final
order by caliper, scope
