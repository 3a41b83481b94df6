{#- A covariate and what it adds to the predicted effect of a unit, in words for
    fct_effect_reasons. Example: 1.5, 'more baskets', 'fewer baskets', -8.0 and
    'dollars' -> 'more baskets: -8.00 dollars of predicted effect'. -#}
{% macro effect_reason(z_score, high_words, low_words, contribution, unit) -%}
    format(
        '{}: {:+.2f} {} of predicted effect',
        case
            when {{ z_score }} > 0 then {{ in_currency(high_words) }}
            else {{ in_currency(low_words) }}
        end,
        {{ contribution }},
        {{ in_currency(unit) }}
    )
{%- endmacro %}
