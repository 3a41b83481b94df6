{#- Fails for rows that hold a NULL in one of the columns: one scan for all of them. Public
    tables need no such test, since their contract makes the table itself refuse NULL. -#}
{% test not_null_columns(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where
    false
    {%- for column in columns %} or {{ column }} is null{% endfor %}

{% endtest %}
