with

policy_rewards as (

    select * from {{ ref('int_policy_rewards') }}

),

comparisons as (

    select * from {{ ref('int_policy_comparisons') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

-- The rules differ a little between splits: whom they target is averaged over them.
policy_sizes as (

    select
        design,
        policy,
        count(distinct split_id) as n_splits,
        sum(is_targeted) / count(distinct split_id) as n_targeted,
        avg(is_targeted) as share_targeted
    from policy_rewards
    group by design, policy

),

limited_comparisons as (

    select
        *,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper
    from comparisons

),

final as (

    select
        policy_sizes.design,
        policy_sizes.policy,
        cast(versus_none.n_units as integer) as n_units,
        policy_sizes.n_targeted,
        policy_sizes.share_targeted,
        versus_none.profit,
        versus_none.std_error,
        versus_none.ci_lower,
        versus_none.ci_upper,
        policy_sizes.n_targeted * {{ var('cost_per_contact') }} as contact_cost,
        versus_none.profit
        / nullif(policy_sizes.n_targeted * {{ var('cost_per_contact') }}, 0) as roi,
        versus_none.profit as profit_vs_none,
        versus_none.ci_lower as profit_vs_none_ci_lower,
        versus_none.ci_upper as profit_vs_none_ci_upper,
        versus_all.profit as profit_vs_all,
        versus_all.ci_lower as profit_vs_all_ci_lower,
        versus_all.ci_upper as profit_vs_all_ci_upper,
        versus_current.profit as profit_vs_current,
        versus_current.ci_lower as profit_vs_current_ci_lower,
        versus_current.ci_upper as profit_vs_current_ci_upper,
        -- Treating none earns 0 whatever the arms look like.
        case
            when policy_sizes.policy = 'treat_none' or overlap.is_overlap_sufficient
                then 'passed'
            else 'failed'
        end as gate_status,
        case
            when policy_sizes.policy = 'treat_none' then 'baseline'
            else
                case
                    when versus_none.ci_lower > 0 then 'earns more than treating none'
                    when versus_none.ci_upper < 0 then 'loses against treating none'
                    else 'not distinguishable from treating none'
                end
                -- Where an arm is missing, the grade is a model's guess.
                || case
                    when overlap.is_overlap_sufficient then ''
                    else ', but the arms overlap too little to rely on it'
                end
        end as verdict,
        case when policy_sizes.policy != 'treat_none' then cautions.caution end
            as caution
    from policy_sizes
    inner join overlap on policy_sizes.design = overlap.design
    left join cautions on policy_sizes.design = cautions.design
    inner join limited_comparisons as versus_none
        on
            policy_sizes.design = versus_none.design
            and policy_sizes.policy = versus_none.policy
            and versus_none.baseline = 'treat_none'
    inner join limited_comparisons as versus_all
        on
            policy_sizes.design = versus_all.design
            and policy_sizes.policy = versus_all.policy
            and versus_all.baseline = 'treat_all'
    inner join limited_comparisons as versus_current
        on
            policy_sizes.design = versus_current.design
            and policy_sizes.policy = versus_current.policy
            and versus_current.baseline = 'current_practice'

)

select * from final
order by design, policy
