{#- Fails for rows on which the expression is not true; NULL passes. Named and used as in
    dbt-utils, which cannot be installed without the package hub. -#}
{% test expression_is_true(model, expression, column_name=none) %}

select *
from {{ model }}
where not (
    {%- if column_name is not none %} {{ column_name }}{% endif %} {{ expression }}
)

{% endtest %}
