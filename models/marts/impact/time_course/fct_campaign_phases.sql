{% set outcomes = {
    'sales': '{phase}_sales_{term}',
    'coupon_product_sales': '{phase}_coupon_product_sales_{term}',
    'other_sales': '({phase}_sales_{term} - {phase}_coupon_product_sales_{term})',
} %}

with

phase_terms as (

    select * from {{ ref('int_phase_terms') }}

),

placebos as (

    select * from {{ ref('fct_impact_placebos') }}
    where estimator = 'doubly robust'

),

outcome_terms as (

    {%- for outcome, pattern in outcomes.items() %}
    select
        scope,
        '{{ outcome }}' as outcome,
        {%- for phase in ['running', 'ended'] %}{% for term in ['share', 'error'] %}
        {{ pattern.replace('{phase}', phase).replace('{term}', term) }}
            as {{ phase }}_{{ term }}
        {%- if not (phase == 'ended' and term == 'error') %},{% endif %}
        {%- endfor %}{% endfor %}
    from phase_terms
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

sums as (

    select
        scope,
        outcome,
        {{ exact_sum('running_share') }} as running_estimate,
        {{ exact_sum('ended_share') }} as ended_estimate,
        {{ exact_product_sum('running_error', 'running_error') }} as running_variance,
        {{ exact_product_sum('ended_error', 'ended_error') }} as ended_variance,
        {{ exact_product_sum('running_error', 'ended_error') }} as covariance
    from outcome_terms
    group by scope, outcome

),

effects as (

    select
        scope,
        outcome,
        unnest(['while it ran', 'after it ended', 'after less while']) as phase,
        unnest([
            running_estimate, ended_estimate, ended_estimate - running_estimate
        ]) as estimate,
        unnest([
            sqrt(running_variance), sqrt(ended_variance),
            sqrt(greatest(0, running_variance + ended_variance - 2 * covariance))
        ]) as std_error
    from sums

),

final as (

    select
        effects.scope,
        effects.outcome,
        effects.phase,
        effects.estimate,
        effects.std_error,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'upper') }}
            as ci_upper,
        {{ two_sided_p_value('(effects.estimate / nullif(effects.std_error, 0))') }}
            as p_value,
        placebos.is_passed as is_placebo_passed
    from effects
    left join placebos on effects.scope = placebos.scope

)

select * from final
order by scope, outcome, phase
