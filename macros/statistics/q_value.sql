{#- False discovery rate at which a test would just be called a finding (Benjamini and
    Hochberg 1995): the least p * m / rank of this and all larger p-values of the family.
    Reads the columns of family_rank for the same arguments; NULL where p_value is.
    Example: p-values 0.01, 0.04, 0.04 -> 0.03, 0.04, 0.04. -#}
{% macro q_value(p_value, family) -%}
    case
        when {{ p_value }} is not null
            then
                min({{ p_value }} * n_family_tests / p_rank) over (
                    partition by {{ family }} order by {{ p_value }} desc
                )
    end
{%- endmacro %}
