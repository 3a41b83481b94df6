{#- Prints a text below dbt's own summary, so that it is the last on the terminal (a
    function of retail_uplift.warehouse_plugin). -#}
{% macro say_last(text) %}
    {% do run_query("select say_last('" ~ text | replace("'", "''") ~ "')") %}
{% endmacro %}
