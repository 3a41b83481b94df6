{#- The value of a var that may be one value or a mapping from edition to value. -#}
{% macro edition_value(name) -%}
    {%- set value = var(name) -%}
    {%- if value is mapping -%}
        {%- if var('edition') not in value -%}
            {{ exceptions.raise_compiler_error(
                "var edition is '" ~ var('edition') ~ "', expected one of "
                ~ value.keys() | join(', ') ~ "."
            ) }}
        {%- endif -%}
        {{ return(value[var('edition')]) }}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}
