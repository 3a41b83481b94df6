{#- A number with what it counts, in the singular or plural.
    Example: counted('n_lines', 'line') -> '1 line', '2,300 lines'. -#}
{% macro counted(number, noun) -%}
    {{ in_digits(number, 0) }}
    || case
        when {{ number }} = 1 then ' {{ noun }}' else ' {{ noun }}s'
    end
{%- endmacro %}
