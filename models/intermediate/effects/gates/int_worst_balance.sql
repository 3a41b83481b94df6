{%- set estimands = {
    'ipw': 'ATE', 'att': 'ATT', 'overlap': 'ATO', 'matched': 'ATT of the matched',
} -%}

with

covariate_balance as (

    select * from {{ ref('fct_covariate_balance') }}

),

balance_weights as (

    select * from {{ ref('int_balance_weights') }}

),

-- The weights of each estimand. A regression has none that could be written down.
weighted_differences as (

    {%- for weight, estimand in estimands.items() %}
    {{ 'union all' if not loop.first }}
    select
        design,
        covariate,
        '{{ estimand }}' as estimand,
        abs(smd_{{ weight }}) as smd
    from covariate_balance
    {%- endfor %}

),

arm_sizes as (

    {%- for weight, estimand in estimands.items() %}
    {{ 'union all' if not loop.first }}
    select
        design,
        split_id,
        is_treated,
        '{{ estimand }}' as estimand,
        pow({{ exact_sum(weight) }}, 2)
        / nullif({{ exact_sum(weight ~ ' * ' ~ weight) }}, 0) as ess
    from balance_weights
    group by design, split_id, is_treated
    {%- endfor %}

),

effective_sizes as (

    select
        design,
        estimand,
        median(ess) filter (where is_treated = 1) as ess_treated,
        median(ess) filter (where is_treated = 0) as ess_control
    from arm_sizes
    group by design, estimand

),

worst_differences as (

    select
        design,
        estimand,
        max(smd) as max_smd,
        arg_max(covariate, smd) as worst_covariate,
        count(*) as n_covariates
    from weighted_differences
    where smd is not null
    group by design, estimand

),

final as (

    select
        worst_differences.design,
        worst_differences.estimand,
        worst_differences.max_smd,
        worst_differences.worst_covariate,
        round(
            {{ smd_limit(
                'worst_differences.n_covariates',
                'effective_sizes.ess_treated',
                'effective_sizes.ess_control'
            ) }},
            9
        ) as smd_limit
    from worst_differences
    inner join effective_sizes
        on
            worst_differences.design = effective_sizes.design
            and worst_differences.estimand = effective_sizes.estimand

)

select * from final
order by design, estimand
