{#- Whether a text is a time with a zone behind it.
    Example: '2023-01-05T18:30:00Z' -> true, '2023-01-05 18:30' -> false. -#}
{% macro has_zone(text) -%}
    regexp_full_match({{ text }}, '.*:.*(Z|[+-][0-9]{2}(:?[0-9]{2})?)')
{%- endmacro %}
