{#- The number of tests in a family, and the number of its p-values that are no larger
    than this one, as the columns n_family_tests and p_rank; q_value takes both. `family`
    lists the columns that the tests of a family share. A p-value of NULL is no test.
    Example: p-values 0.01, 0.04, 0.04 and NULL -> n_family_tests 3; p_rank 1, 3, 3, 3. -#}
{% macro family_rank(p_value, family) -%}
    count({{ p_value }}) over (partition by {{ family }}) as n_family_tests,
    count({{ p_value }}) over (
        partition by {{ family }} order by {{ p_value }} nulls last
    ) as p_rank
{%- endmacro %}
