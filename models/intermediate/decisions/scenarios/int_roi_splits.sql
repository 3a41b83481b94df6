{#- Width of the last slice in per cent. Its profit is the value of the next dollar. -#}
{% set slice = 5 %}

with

policy_units as (

    select * from {{ ref('int_policy_units') }}

),

shares as (

    select unnest(generate_series(1, 100)) as percent_targeted

),

unit_profits as (

    select
        policy_units.design,
        policy_units.population,
        shares.percent_targeted,
        policy_units.split_id,
        policy_units.household_id,
        cast(
            policy_units.rank_share <= shares.percent_targeted / 100.0 as integer
        ) as is_targeted,
        cast(
            policy_units.rank_share <= shares.percent_targeted / 100.0
            and policy_units.rank_share
            > (shares.percent_targeted - {{ slice }}) / 100.0
            as integer
        ) as is_last,
        policy_units.contact_profit,
        policy_units.profit_cost,
        policy_units.dr_score
    from policy_units
    cross join shares

),

household_profits as (

    select
        design,
        population,
        percent_targeted,
        split_id,
        household_id,
        count(*) as n_units,
        sum(is_targeted) as n_targeted,
        sum(is_last) as n_last,
        {{ exact_sum('is_targeted * contact_profit') }} as profit,
        {{ exact_sum('is_last * contact_profit') }} as last_profit,
        {{ exact_sum('is_targeted * dr_score') }} as effect,
        {{ exact_sum('is_targeted * profit_cost') }} as contact_cost,
        {{ exact_sum('is_last * profit_cost') }} as last_cost
    from unit_profits
    group by design, population, percent_targeted, split_id, household_id

),

final as (

    select
        design,
        population,
        percent_targeted,
        split_id,
        sum(n_targeted) as n_targeted,
        sum(n_last) as n_last,
        {{ exact_sum('profit') }} as profit,
        {{ clustered_sum_error('profit', 'n_units') }} as std_error,
        {{ exact_sum('last_profit') }} as last_profit,
        {{ clustered_sum_error('last_profit', 'n_units') }} as last_std_error,
        {{ exact_sum('effect') }} as effect,
        {{ clustered_sum_error('effect', 'n_units') }} as effect_std_error,
        {{ exact_sum('contact_cost') }} as contact_cost,
        {{ exact_sum('last_cost') }} as last_cost
    from household_profits
    group by design, population, percent_targeted, split_id

)

select * from final
order by design, population, percent_targeted, split_id
