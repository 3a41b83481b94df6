{#- The value of a var that may be one value or a mapping from edition to value, or from
    the values of the var that `key` names. -#}
{% macro edition_value(name, key='edition') -%}
    {%- set value = var(name) -%}
    {%- set chosen = setting(key) if key in setting_names() else var(key) -%}
    {%- if value is mapping -%}
        {%- if chosen not in value -%}
            {{ exceptions.raise_compiler_error(
                "var " ~ key ~ " is '" ~ chosen ~ "', expected one of "
                ~ value.keys() | join(', ') ~ "."
            ) }}
        {%- endif -%}
        {{ return(value[chosen]) }}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}
