{#- The value of a var that people change often: of the environment variable
    RETAIL_UPLIFT_<NAME> where it is set, otherwise of the var. Another --vars makes dbt
    parse the whole project again; another environment variable makes it parse the files
    that read it. In YAML: env_var('RETAIL_UPLIFT_MARGIN', '') or var('margin').
    Only a name of setting_names is taken, so that run_manifest shows what was set.
    Example: RETAIL_UPLIFT_MARGIN=0.25 -> setting('margin') is 0.25. -#}
{% macro setting(name) %}
    {% if name not in setting_names() %}
        {{ exceptions.raise_compiler_error(
            "setting('" ~ name ~ "'): macro setting_names does not list it."
        ) }}
    {% endif %}
    {% set given = env_var('RETAIL_UPLIFT_' ~ name | upper, '') %}
    {% if given == '' %}{{ return(var(name)) }}{% endif %}
    {{ return(given if var(name) is string else fromyaml(given)) }}
{% endmacro %}
