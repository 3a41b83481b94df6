{#- Stops the run if var edition is none of the editions, or has no raw_dir, or --vars
    gives a var that dbt_project.yml does not have: dbt itself would ignore it in silence. -#}
{% macro check_edition_vars() %}
    {% set known = var_names() %}
    {% for name in invocation_args_dict.get('vars', {}) if name not in known %}
        {{ stop_with("there is no var " ~ name ~ "." ~ nearest_column([name], known)
            ~ " The vars stand in dbt_project.yml.") }}
    {% endfor %}
    {% set editions = ['completejourney', 'dunnhumby', 'canonical'] %}
    {% if setting('edition') not in editions %}
        {{ stop_with("var edition is '" ~ setting('edition') ~ "', expected one of "
            ~ editions | join(', ') ~ ".") }}
    {% endif %}
    {% if setting('edition') != 'completejourney' and not setting('raw_dir') %}
        {{ stop_with("var raw_dir is not set, expected the folder of the raw files.") }}
    {% endif %}
{% endmacro %}
