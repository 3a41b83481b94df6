with

policy_units as (

    select * from {{ ref('int_policy_units') }}

),

tree_targets as (

    select *
    from {{ ref('int_policy_tree_targets') }}
    where regexp_full_match(policy, 'rule_tree_[0-9]+')

),

households as (

    select
        policy_units.design,
        policy_units.population,
        cast(regexp_extract(tree_targets.policy, '[0-9]+') as integer) as max_depth,
        policy_units.split_id,
        policy_units.household_id,
        count(*) as n_units,
        sum(tree_targets.is_target) as n_targeted,
        {{ exact_sum('tree_targets.is_target * policy_units.contact_profit') }}
            as profit
    from policy_units
    inner join tree_targets
        on
            policy_units.design = tree_targets.design
            and policy_units.split_id = tree_targets.split_id
            and policy_units.campaign_id = tree_targets.campaign_id
            and policy_units.household_id = tree_targets.household_id
    group by
        policy_units.design,
        policy_units.population,
        tree_targets.policy,
        policy_units.split_id,
        policy_units.household_id

),

split_values as (

    select
        design,
        population,
        max_depth,
        split_id,
        sum(n_units) as n_units,
        sum(n_targeted) / sum(n_units) as share_targeted,
        {{ exact_sum('profit') }} as profit,
        {{ clustered_sum_error('profit', 'n_units') }} as std_error
    from households
    group by design, population, max_depth, split_id

),

median_values as (

    select
        *,
        median(profit) over (
            partition by design, population, max_depth
        ) as median_profit
    from split_values

),

profits as (

    select
        design,
        population,
        max_depth,
        cast(median(n_units) as bigint) as n_units,
        {{ exact_avg('share_targeted') }} as share_targeted,
        max(median_profit) as profit,
        {{ median_std_error('profit', 'std_error', 'median_profit') }} as std_error
    from median_values
    group by design, population, max_depth

),

final as (

    select
        design,
        population,
        max_depth,
        n_units,
        share_targeted,
        profit,
        std_error,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper,
        max_depth = {{ var('policy_tree_max_depth') }} as is_configured
    from profits

)

select * from final
order by design, population, max_depth
