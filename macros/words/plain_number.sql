{#- A number for a sentence, rounded to two digits of `scale`, the spread that it is read
    against, and no -0. Example: plain_number('3.14159', '0.25') -> '3.14'. -#}
{% macro plain_number(number, scale) -%}
    format(
        '{:.{}f}',
        -- Adding 0 turns -0 into 0.
        round(
            {{ number }},
            cast(greatest(0, 1 - floor(log10(greatest({{ scale }}, 1e-4)))) as integer)
        ) + 0.0,
        cast(greatest(0, 1 - floor(log10(greatest({{ scale }}, 1e-4)))) as integer)
    )
{%- endmacro %}
