{#- Gives facts to a function of retail_uplift.warehouse_plugin, and returns its text.
    Example: call_python('begin_run', {'invocation_id': invocation_id}) -> ''. -#}
{% macro call_python(function, facts) %}
    {{ return(run_query('select ' ~ function ~ "('"
        ~ tojson(facts) | replace("'", "''") ~ "')").columns[0].values()[0]) }}
{% endmacro %}
