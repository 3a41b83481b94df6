{#- Correlation of two columns whose means are 0, independent of the order in which threads
    add them up (see exact_sum); NULL if one of them does not vary.
    Example: (-1, 0, 1) and (-2, 0, 2) -> 1. -#}
{% macro correlation(centred_a, centred_b) -%}
    {{ exact_sum(centred_a ~ ' * ' ~ centred_b) }}
    / nullif(
        sqrt(
            {{ exact_sum(centred_a ~ ' * ' ~ centred_a) }}
            * {{ exact_sum(centred_b ~ ' * ' ~ centred_b) }}
        ),
        0
    )
{%- endmacro %}
