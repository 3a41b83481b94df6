{#- A template of seed words with its placeholders filled in. `values` maps the name of each
    placeholder to an SQL expression; NULL leaves nothing in its place.
    Example: 'Possible: {needed} households are enough.' with {'needed': '949'} ->
    'Possible: 949 households are enough.' -#}
{% macro fill_in(template, values) -%}
    {%- for _ in values -%} replace( {%- endfor -%}
    {{ template }}
    {%- for name, value in values.items() %},
        '{{ '{' ~ name ~ '}' }}', coalesce(cast({{ value }} as varchar), '')
    )
    {%- endfor -%}
{%- endmacro %}
