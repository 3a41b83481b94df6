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

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

design_checks as (

    select * from {{ ref('int_design_checks') }}

),

-- Parts of the households differ in size, so their profits are per unit.
profits as (

    select
        design,
        population,
        policy,
        {%- for name, baseline in baselines.items() %}
        max(profit) filter (
            where part = 'all' and baseline = '{{ baseline }}'
        ) as profit_vs_{{ name }},
        max(ci_lower) filter (
            where part = 'all' and baseline = '{{ baseline }}'
        ) as profit_vs_{{ name }}_ci_lower,
        max(ci_upper) filter (
            where part = 'all' and baseline = '{{ baseline }}'
        ) as profit_vs_{{ name }}_ci_upper,
        {%- endfor %}
        {%- for part in parts %}
        {%- for column in columns %}
        max({{ column }} / n_units) filter (
            where part = '{{ part }}' and baseline = 'treat_none'
        ) as {{ part }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        max(std_error) filter (
            where part = 'all' and baseline = 'treat_none'
        ) as std_error,
        max(n_units) filter (where part = 'all') as n_units
    from comparisons
    group by design, population, policy

),

-- Treating nobody earns 0 whatever the arms look like. Where the arms overlap too
-- little, the value of any other policy is a model's guess. Where the effect fails a
-- check, so do the scores that value policies.
final as (

    select
        profits.*,
        policies.label,
        policies.kind,
        policies.needs_ranking,
        target_populations.is_decisive,
        case
            when policies.kind = 'none' then null
            when target_populations.gate_status = 'failed' then 'too little overlap'
            else design_checks.failed_check
        end as obstacle
    from profits
    inner join policies on profits.policy = policies.policy
    inner join target_populations
        on
            profits.design = target_populations.design
            and profits.population = target_populations.population
    left join design_checks on profits.design = design_checks.design

)

select * from final
order by design, population, policy
