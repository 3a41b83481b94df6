{#- The outcome by a method: as it is (plain), or less what the look-back predicts of it
    (cuped). A slope of NULL predicts nothing.
    Example: outcome 7, slope 3, look-back 2 -> 1 by cuped, 7 by plain. -#}
{% macro cuped_value(method, outcome, slope, lookback) -%}
    {{ outcome }}
    - case {{ method }}
        when 'cuped' then coalesce({{ slope }}, 0) * {{ lookback }}
        else 0
    end
{%- endmacro %}
