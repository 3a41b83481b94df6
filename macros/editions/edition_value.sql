{#- The value of a var that may be one value or a mapping from edition to value, or from
    the values of the var that `key` names. -#}
{% macro edition_value(name, key='edition') -%}
    {%- set value = var(name) -%}
    {%- if value is mapping -%}
        {%- if var(key) not in value -%}
            {{ exceptions.raise_compiler_error(
                "var " ~ key ~ " is '" ~ var(key) ~ "', expected one of "
                ~ value.keys() | join(', ') ~ "."
            ) }}
        {%- endif -%}
        {{ return(value[var(key)]) }}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}
