{#- Stops the run with a sentence that names the edition.
    Example: stop_with('file a.csv is empty.'). -#}
{% macro stop_with(sentence) %}
    {{ exceptions.raise_compiler_error("Edition " ~ setting('edition') ~ ": " ~ sentence) }}
{% endmacro %}
