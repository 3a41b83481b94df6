{#- Limit of a 95 % normal interval; `side` is 'lower' or 'upper'.
    Example: confidence_limit('estimate', 'std_error', 'lower') -> estimate - 1.96 se. -#}
{% macro confidence_limit(estimate, std_error, side) -%}
    {{ estimate }} {{ {'lower': '-', 'upper': '+'}[side] }} 1.959963984540054 * {{ std_error }}
{%- endmacro %}
