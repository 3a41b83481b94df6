{#- The first value of the first row of a query.
    Example: first_value('select count(*) from t') -> 3. -#}
{% macro first_value(query) %}
    {{ return(run_query(query).columns[0].values()[0]) }}
{% endmacro %}
