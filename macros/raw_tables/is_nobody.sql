{#- Whether a line belongs to no household: its id is missing or one of var
    nobody_households. -#}
{% macro is_nobody(raw, column) -%}
    coalesce(
        not {{ is_stated(raw, column) }}
        {%- for word in setting('nobody_households') if word | string | trim %}
        or {{ source_key(raw, column) }}
        = {{ source_key_of_text("'" ~ word | string | replace("'", "''") ~ "'") }}
        {%- endfor %},
        false
    )
{%- endmacro %}
