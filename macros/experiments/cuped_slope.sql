{#- What a dollar of the look-back predicts of the outcome (CUPED, Deng et al. 2013): an
    aggregate over values less their means. NULL if the look-back is the same for all.
    Example: outcomes -3, 3 and look-backs -1, 1 -> 3. -#}
{% macro cuped_slope(centred_outcome, centred_lookback) -%}
    {{ exact_sum(centred_outcome ~ ' * ' ~ centred_lookback) }}
    / nullif({{ exact_sum(centred_lookback ~ ' * ' ~ centred_lookback) }}, 0)
{%- endmacro %}
