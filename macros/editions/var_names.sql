{#- Names of the vars of dbt_project.yml, in their order there. -#}
{% macro var_names() %}
    {{ return(run_query(
        "select unnest(regexp_extract_all(regexp_extract("
        ~ "content, '(?s)\\nvars:\\n(.*?)\\n[a-z]', 1), '(?m)^  (\\w+):', 1)) "
        ~ "from read_text('dbt_project.yml')"
    ).columns[0].values() | list) }}
{% endmacro %}
