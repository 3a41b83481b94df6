{#- A query on `units` with weight, residual and is_sent: what each unit adds to the difference
    of two weighted arm means, and to its error. `keys` are the columns that the units of one
    campaign share, estimator among them. Where an arm has no unit or a single one, there is
    no comparison. The variance of an arm's mean is corrected for the units of the arm, that
    of a doubly robust effect for all units.
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

    compared_arms as (

        select
            *,
            case
                when estimator = 'doubly robust' then sum(n_units) over campaigns
                else n_units
            end as n_corrected
        from arms
        window campaigns as (partition by {{ keys | join(', ') }})
        qualify count(*) over campaigns = 2 and min(n_units) over campaigns > 1

    )

    select
        {%- for key in keys %}
        {{ units }}.{{ key }},
        {%- endfor %}
        {{ units }}.household_id,
        {{ units }}.is_sent,
        {{ units }}.weight / arms.weight_sum as arm_share,
        case when {{ units }}.is_sent then 1 else -1 end
        * {{ units }}.weight * {{ units }}.residual
        / arms.weight_sum as share_of_estimate,
        case when {{ units }}.is_sent then 1 else -1 end
        * sqrt(arms.n_corrected / (arms.n_corrected - 1.0))
        * {{ units }}.weight * ({{ units }}.residual - arms.mean_residual)
        / arms.weight_sum as error_term
    from {{ units }}
    inner join compared_arms as arms
        on
            {%- for key in keys %}
            {{ units }}.{{ key }} = arms.{{ key }} and
            {%- endfor %}
            {{ units }}.is_sent = arms.is_sent
{%- endmacro %}
