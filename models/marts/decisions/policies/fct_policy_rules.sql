with

rule_words as (

    select * from {{ ref('int_policy_rule_words') }}

),

policy_values as (

    select * from {{ ref('fct_policy_values') }}

),

whole_rules as (

    select *
    from rule_words
    where split_id = 1 and fold = 0

),

tree_roots as (

    select
        design,
        policy,
        fold,
        max(root) as root
    from rule_words
    where split_id = 1
    group by design, policy, fold

),

-- If the root changes with the households that a tree learns from, the tree depends on
-- chance.
root_agreements as (

    select
        whole_roots.design,
        whole_roots.policy,
        avg(
            cast(fold_roots.root is not distinct from whole_roots.root as integer)
        ) as root_agreement
    from tree_roots as whole_roots
    inner join tree_roots as fold_roots
        on
            whole_roots.design = fold_roots.design
            and whole_roots.policy = fold_roots.policy
            and fold_roots.fold != 0
    where whole_roots.fold = 0
    group by whole_roots.design, whole_roots.policy

),

final as (

    select
        whole_rules.design,
        policy_values.population,
        whole_rules.policy,
        cast(whole_rules.leaf_id as integer) as leaf_id,
        whole_rules.rule,
        whole_rules.is_target = 1 as is_target,
        cast(whole_rules.n_units as integer) as n_units,
        whole_rules.mean_profit as training_profit,
        root_agreements.root_agreement,
        policy_values.profit as policy_profit,
        policy_values.ci_lower as policy_ci_lower,
        policy_values.ci_upper as policy_ci_upper
    from whole_rules
    inner join root_agreements
        on
            whole_rules.design = root_agreements.design
            and whole_rules.policy = root_agreements.policy
    inner join policy_values
        on
            whole_rules.design = policy_values.design
            and whole_rules.policy = policy_values.policy

)

select * from final
order by design, population, policy, leaf_id
