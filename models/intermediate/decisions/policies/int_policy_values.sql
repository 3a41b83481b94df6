{% set baselines = {
    'none': 'treat_none',
    'all': 'treat_all',
    'current': 'current_practice',
    'random': 'random_same_size',
    'rfm': 'rfm_rule',
} %}
{% set parts = ['choose', 'validate', 'report'] %}
{% set columns = ['profit', 'std_error', 'ci_lower', 'ci_upper'] %}

with

comparisons as (

    select * from {{ ref('int_policy_comparisons') }}

),

policies as (

    select * from {{ ref('policies') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

-- Parts of the households differ in size, so their profits are per unit.
profits as (

    select
        design,
        policy,
        {%- for name, baseline in baselines.items() %}
        max(profit) filter (
            where population = 'all' and baseline = '{{ baseline }}'
        ) as profit_vs_{{ name }},
        max(ci_lower) filter (
            where population = 'all' and baseline = '{{ baseline }}'
        ) as profit_vs_{{ name }}_ci_lower,
        max(ci_upper) filter (
            where population = 'all' and baseline = '{{ baseline }}'
        ) as profit_vs_{{ name }}_ci_upper,
        {%- endfor %}
        {%- for part in parts %}
        {%- for column in columns %}
        max({{ column }} / n_units) filter (
            where population = '{{ part }}' and baseline = 'treat_none'
        ) as {{ part }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        max(std_error) filter (
            where population = 'all' and baseline = 'treat_none'
        ) as std_error,
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

-- Treating nobody earns 0 whatever the arms look like. Where the arms overlap too
-- little, the value of any other policy is a model's guess.
final as (

    select
        profits.*,
        policies.label,
        policies.kind,
        policies.needs_ranking,
        policies.kind = 'none' or overlap.is_overlap_sufficient as is_reliable
    from profits
    inner join policies on profits.policy = policies.policy
    inner join overlap on profits.design = overlap.design

)

select * from final
order by design, policy
