{#- What each var of dbt_project.yml is in this run, by name. Not raw_dir: where the raw
    tables lie changes nothing, and what is in them is compared by itself.
    Example: RETAIL_UPLIFT_MARGIN=0.25 -> {..., 'margin': 0.25, ...}. -#}
{% macro run_settings() %}
    {% set settings = {} %}
    {% for name in (var_names() if execute else []) if name != 'raw_dir' %}
        {% set value = setting(name) if name in setting_names() else var(name, none) %}
        {#- YAML reads a date without quotes as a date, which JSON does not know. -#}
        {% set is_date = value.isoformat is defined %}
        {% do settings.update({name: value | string if is_date else value}) %}
    {% endfor %}
    {{ return(settings) }}
{% endmacro %}
