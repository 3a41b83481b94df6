{#- Stops the run if var edition is none of the editions, or has no raw_dir. -#}
{% macro check_edition_vars() %}
    {% set editions = ['completejourney', 'dunnhumby', 'canonical'] %}
    {% if setting('edition') not in editions %}
        {{ stop_with("var edition is '" ~ setting('edition') ~ "', expected one of "
            ~ editions | join(', ') ~ ".") }}
    {% endif %}
    {% if setting('edition') != 'completejourney' and not setting('raw_dir') %}
        {{ stop_with("var raw_dir is not set, expected the folder of the raw files.") }}
    {% endif %}
{% endmacro %}
