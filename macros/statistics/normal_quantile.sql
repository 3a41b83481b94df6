{#- The z below which a standard normal lies with the given probability. DuckDB has no
    normal distribution: rational approximations of Acklam (2003), relative error below
    1.2e-9. NULL outside (0, 1). Example: 0.975 -> 1.959964. -#}
{% macro normal_quantile(probability) -%}
    {%- set p -%} cast({{ probability }} as double) {%- endset -%}
    {%- set tail -%} sqrt(-2 * ln(least({{ p }}, 1 - {{ p }}))) {%- endset -%}
    {%- set r -%} pow({{ p }} - 0.5, 2) {%- endset -%}
    case
        when {{ p }} between 0.02425 and 0.97575
            then ({{ p }} - 0.5) * (
                2.506628277459239 + {{ r }} * (-30.66479806614716 + {{ r }} * (
                    138.357751867269 + {{ r }} * (-275.9285104469687 + {{ r }} * (
                        220.9460984245205 + {{ r }} * -39.69683028665376
                    ))
                ))
            ) / (
                1 + {{ r }} * (-13.28068155288572 + {{ r }} * (
                    66.80131188771972 + {{ r }} * (-155.6989798598866 + {{ r }} * (
                        161.5858368580409 + {{ r }} * -54.47609879822406
                    ))
                ))
            )
        when {{ p }} > 0 and {{ p }} < 1
            then sign({{ p }} - 0.5) * -1 * (
                2.938163982698783 + {{ tail }} * (4.374664141464968 + {{ tail }} * (
                    -2.549732539343734 + {{ tail }} * (-2.400758277161838 + {{ tail }} * (
                        -0.3223964580411365 + {{ tail }} * -0.007784894002430293
                    ))
                ))
            ) / (
                1 + {{ tail }} * (3.754408661907416 + {{ tail }} * (
                    2.445134137142996 + {{ tail }} * (
                        0.3224671290700398 + {{ tail }} * 0.007784695709041462
                    )
                ))
            )
    end
{%- endmacro %}
