{#- The value of a var that people change often: of the environment variable
    RETAIL_UPLIFT_<NAME> where it is set, otherwise of the var. Another --vars makes dbt
    parse the whole project again; another environment variable makes it parse the files
    that read it. In YAML: env_var('RETAIL_UPLIFT_MARGIN', '') or var('margin').
    Example: RETAIL_UPLIFT_MARGIN=0.25 -> setting('margin') is 0.25. -#}
{% macro setting(name) %}
    {% set given = env_var('RETAIL_UPLIFT_' ~ name | upper, '') %}
    {% if given == '' %}{{ return(var(name)) }}{% endif %}
    {{ return(given if var(name) is string else fromyaml(given)) }}
{% endmacro %}
