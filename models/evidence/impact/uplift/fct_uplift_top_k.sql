{%- set shares = var('impact_top_shares') -%}

with

effects as (

    select * from {{ ref('int_uplift_effects') }}

),

-- A random choice of any size brings the mean of all.
random_effects as (

    select
        estimator,
        estimate as random_estimate
    from effects
    where ranking = 'random'

),

rankings as (

    select
        *,
        unnest([
            't_learner', 's_learner', 'sales_before', 'coupons_before', 'all_three',
            'random'
        ]) as ranking
    from random_effects

),

choices as (

    select
        *,
        cast(unnest({{ shares }}) as double) as top_share
    from rankings

),

compared as (

    select
        choices.*,
        coalesce(effects.n_households, 0) as n_households,
        coalesce(effects.n_units, 0) as n_units,
        coalesce(effects.n_sent, 0) as n_sent,
        effects.estimate,
        effects.std_error,
        case
            when choices.ranking != 'random'
                then effects.estimate - choices.random_estimate
        end as difference,
        case when choices.ranking != 'random' then effects.difference_std_error end
            as difference_std_error
    from choices
    left join effects
        on
            choices.estimator = effects.estimator
            and choices.ranking = effects.ranking
            and (
                effects.group_kind = 'all'
                or (
                    effects.group_kind = 'top'
                    and choices.top_share = effects.group_value
                )
            )

),

tested as (

    select
        *,
        {{ two_sided_p_value('(difference / nullif(difference_std_error, 0))') }}
            as p_value
    from compared

),

ranked as (

    select
        *,
        {{ family_rank('p_value', 'estimator') }}
    from tested

),

final as (

    select
        *,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        {{ q_value('p_value', 'estimator', 'n_family_tests', 'p_rank') }} as q_value
    from ranked

)

select
    estimator,
    ranking,
    top_share,
    cast(n_households as bigint) as n_households,
    cast(n_units as bigint) as n_units,
    cast(n_sent as bigint) as n_sent,
    estimate,
    std_error,
    ci_lower,
    ci_upper,
    difference,
    difference_std_error,
    p_value,
    q_value,
    {{ uplift_finding() }} as finding
from final
order by estimator, ranking, top_share
