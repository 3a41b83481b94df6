{#- Standard deviation of a sample of doubles that does not depend on the order in which
    threads add them up (see exact_sum); NULL for fewer than two values.
    Example: 1, 2 and 3 in any order -> 1. -#}
{% macro exact_std_dev(expression) -%}
    sqrt(
        greatest(
            0,
            {{ exact_sum('(' ~ expression ~ ') * (' ~ expression ~ ')') }}
            - {{ exact_sum(expression) }} * {{ exact_sum(expression) }}
            / count({{ expression }})
        )
        / nullif(greatest(count({{ expression }}) - 1.0, 0), 0)
    )
{%- endmacro %}
