{#- A query on `units` with weight, residual and is_sent: what each unit adds to the difference
    of two weighted arm means, and to its error. `keys` are the columns that the units of one
    campaign share; estimator is one of them and says whether errors are those of
    int_doubly_robust_terms or of int_difference_terms.
    Example: sent units with residuals 4 and 2, weights 1 -> shares 2 and 1. -#}
{% macro arm_terms(units, keys) -%}
    with

    arms as (

        select
            {{ keys | join(', ') }},
            is_sent,
            count(*) as n_units,
            {{ exact_sum('weight') }} as weight_sum,
            {{ exact_sum('weight * residual') }} / {{ exact_sum('weight') }}
                as mean_residual
        from {{ units }}
        group by {{ keys | join(', ') }}, is_sent

    ),

    arm_sizes as (

        select
            *,
            case
                when estimator = 'doubly robust'
                    then sum(n_units) over (partition by {{ keys | join(', ') }})
                else n_units
            end as n_corrected
        from arms

    )

    select
        {%- for key in keys %}
        {{ units }}.{{ key }},
        {%- endfor %}
        {{ units }}.household_id,
        {{ units }}.is_sent,
        case when {{ units }}.is_sent then 1 else -1 end
        * {{ units }}.weight * {{ units }}.residual
        / arm_sizes.weight_sum as share_of_estimate,
        case when {{ units }}.is_sent then 1 else -1 end
        * sqrt(arm_sizes.n_corrected / (arm_sizes.n_corrected - 1.0))
        * {{ units }}.weight * ({{ units }}.residual - arm_sizes.mean_residual)
        / arm_sizes.weight_sum as error_term
    from {{ units }}
    inner join arm_sizes
        on
            {%- for key in keys %}
            {{ units }}.{{ key }} = arm_sizes.{{ key }} and
            {%- endfor %}
            {{ units }}.is_sent = arm_sizes.is_sent
{%- endmacro %}
