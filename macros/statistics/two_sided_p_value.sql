{#- Two-sided p-value of a standard normal z. DuckDB has no normal distribution:
    Abramowitz and Stegun (1964), formula 7.1.26, absolute error below 1.5e-7.
    NULL gives NULL. Example: 1.959964 -> 0.05. -#}
{% macro two_sided_p_value(z) -%}
    {%- set t -%} (1 / (1 + 0.3275911 * abs({{ z }}) / sqrt(2))) {%- endset -%}
    case
        -- least() ignores NULL and would return 1.
        when {{ z }} is not null
            then least(
                1,
                {{ t }} * (
                    0.254829592 + {{ t }} * (
                        -0.284496736 + {{ t }} * (
                            1.421413741 + {{ t }} * (-1.453152027 + {{ t }} * 1.061405429)
                        )
                    )
                ) * exp(-({{ z }}) * ({{ z }}) / 2)
            )
    end
{%- endmacro %}
