with

policies as (

    select * from {{ ref('policies') }}

),

policy_sizes as (

    select * from {{ ref('int_policy_sizes') }}

),

comparisons as (

    select
        *,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper
    from {{ ref('int_policy_comparisons') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

-- One row per policy: profit against each baseline, and among units that need no
-- extrapolation.
limits as (

    select
        design,
        policy,
        {%- for baseline, name in [
            ('treat_none', 'none'),
            ('treat_all', 'all'),
            ('current_practice', 'current'),
            ('random_same_size', 'random'),
            ('rfm_rule', 'rfm'),
        ] %}
        {%- for column in ['profit', 'std_error', 'ci_lower', 'ci_upper'] %}
        max({{ column }}) filter (
            where population = 'all' and baseline = '{{ baseline }}'
        ) as {{ column }}_vs_{{ name }},
        {%- endfor %}
        {%- endfor %}
        max(n_units) filter (where population = 'all') as n_units,
        max(n_units) filter (where population = 'overlap') as n_overlap_units,
        max(profit) filter (
            where population = 'overlap' and baseline = 'treat_none'
        ) as overlap_profit,
        max(ci_lower) filter (
            where population = 'overlap' and baseline = 'treat_none'
        ) as overlap_ci_lower,
        max(ci_upper) filter (
            where population = 'overlap' and baseline = 'treat_none'
        ) as overlap_ci_upper
    from comparisons
    group by design, policy

),

final as (

    select
        limits.design,
        limits.policy,
        policies.label,
        cast(limits.n_units as integer) as n_units,
        policy_sizes.n_targeted,
        policy_sizes.share_targeted,
        policy_sizes.effective_n,
        limits.profit_vs_none as profit,
        limits.std_error_vs_none as std_error,
        limits.ci_lower_vs_none as ci_lower,
        limits.ci_upper_vs_none as ci_upper,
        policy_sizes.n_targeted * {{ var('cost_per_contact') }} as contact_cost,
        limits.profit_vs_none
        / nullif(policy_sizes.n_targeted * {{ var('cost_per_contact') }}, 0) as roi,
        limits.profit_vs_none,
        limits.ci_lower_vs_none as profit_vs_none_ci_lower,
        limits.ci_upper_vs_none as profit_vs_none_ci_upper,
        limits.profit_vs_all,
        limits.ci_lower_vs_all as profit_vs_all_ci_lower,
        limits.ci_upper_vs_all as profit_vs_all_ci_upper,
        limits.profit_vs_current,
        limits.ci_lower_vs_current as profit_vs_current_ci_lower,
        limits.ci_upper_vs_current as profit_vs_current_ci_upper,
        limits.profit_vs_random,
        limits.ci_lower_vs_random as profit_vs_random_ci_lower,
        limits.ci_upper_vs_random as profit_vs_random_ci_upper,
        limits.profit_vs_rfm,
        limits.ci_lower_vs_rfm as profit_vs_rfm_ci_lower,
        limits.ci_upper_vs_rfm as profit_vs_rfm_ci_upper,
        cast(coalesce(limits.n_overlap_units, 0) as integer) as n_overlap_units,
        limits.overlap_profit,
        limits.overlap_ci_lower,
        limits.overlap_ci_upper,
        -- Treating none earns 0 whatever the arms look like.
        case
            when policies.kind = 'none' or overlap.is_overlap_sufficient then 'passed'
            else 'failed'
        end as gate_status,
        case
            when policies.kind = 'none' then 'baseline'
            else
                case
                    when limits.ci_lower_vs_none > 0
                        then 'earns more than treating none'
                    when limits.ci_upper_vs_none < 0
                        then 'loses against treating none'
                    else 'not distinguishable from treating none'
                end
                -- Where an arm is missing, the grade is a model's guess.
                || case
                    when overlap.is_overlap_sufficient then ''
                    else ', but the arms overlap too little to rely on it'
                end
        end as verdict,
        case when policies.kind != 'none' then cautions.caution end as caution
    from limits
    inner join policies on limits.policy = policies.policy
    inner join policy_sizes
        on
            limits.design = policy_sizes.design
            and limits.policy = policy_sizes.policy
    inner join overlap on limits.design = overlap.design
    left join cautions on limits.design = cautions.design

)

select * from final
order by design, policy
