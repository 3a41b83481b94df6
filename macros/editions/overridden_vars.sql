{#- What this run was given instead of the defaults of dbt_project.yml: --vars and
    environment variables of macro setting, which win. Example: RETAIL_UPLIFT_MARGIN=0.25
    dbt build -> {'margin': 0.25}. -#}
{% macro overridden_vars() %}
    {% set given = dict(invocation_args_dict.get('vars', {})) %}
    {% for name in setting_names() if env_var('RETAIL_UPLIFT_' ~ name | upper, '') %}
        {% do given.update({name: setting(name)}) %}
    {% endfor %}
    {#- YAML reads a date without quotes as a date, which JSON does not know. -#}
    {% for name, value in given.items() if value.isoformat is defined %}
        {% do given.update({name: value | string}) %}
    {% endfor %}
    {{ return(given) }}
{% endmacro %}
