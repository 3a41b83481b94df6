{#- How many tests a family has and how many of them have a p-value as small as this one,
    as columns n_family_tests and p_rank, which q_value reads. `family` lists the columns
    that a family shares; a p-value of NULL is no test. Example: p-values 0.01, 0.04, 0.04
    and NULL -> n_family_tests 3 and p_rank 1, 3, 3 and 3. -#}
{% macro family_rank(p_value, family) -%}
    count({{ p_value }}) over (partition by {{ family }}) as n_family_tests,
    count({{ p_value }}) over (
        partition by {{ family }} order by {{ p_value }} nulls last
    ) as p_rank
{%- endmacro %}
