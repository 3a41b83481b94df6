{#- False discovery rate at which a test would just be called a finding (Benjamini and
    Hochberg 1995): the least p * m / rank of this and all larger p-values of the family.
    n_tests (m) and p_rank are the columns of family_rank for the same p-value and family.
    NULL where the p-value is NULL.
    Example: p-values 0.01, 0.04, 0.04 -> 0.03, 0.04, 0.04. -#}
{% macro q_value(p_value, family, n_tests, p_rank) -%}
    case
        when {{ p_value }} is not null
            then
                -- A ratio of at least 1 keeps the q-value at or above p after rounding.
                min({{ p_value }} * ({{ n_tests }} / {{ p_rank }})) over (
                    partition by {{ family }} order by {{ p_value }} desc
                )
    end
{%- endmacro %}
