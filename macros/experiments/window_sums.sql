{#- What a household did before and after a start day, as six columns: an aggregate over
    the days on which it bought. A sum is NULL where the household has no day of the kind.
    Example: days with 8, 6 and 4 dollars, of which the first lies in the look-back ->
    lookback_amount 8 and amount 10. -#}
{% macro window_sums(amount, count, match_discount, is_lookback) -%}
    sum({{ amount }}) filter (where {{ is_lookback }}) as lookback_amount,
    sum({{ count }}) filter (where {{ is_lookback }}) as lookback_count,
    sum({{ match_discount }}) filter (where {{ is_lookback }}) as lookback_match,
    sum({{ amount }}) filter (where not {{ is_lookback }}) as amount,
    sum({{ count }}) filter (where not {{ is_lookback }}) as n_baskets,
    sum({{ match_discount }}) filter (where not {{ is_lookback }}) as match_discount
{%- endmacro %}
