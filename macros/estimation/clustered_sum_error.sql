{#- Standard error of a sum whose units are clustered in households: an aggregate over
    one row per household.
      value    sum over the household's units
      n_units  number of the household's units
    sqrt(sum of (value - n_units * mean)^2 * C / (C - 1)) for C households (Liang and
    Zeger 1986). The squares are multiplied out, so that one pass is enough; rounding may
    then leave a sum just below 0, which counts as 0.
    Example: values 1 and -1 of one unit each -> sqrt(2 * 2 / 1) = 2. -#}
{% macro clustered_sum_error(value, n_units) -%}
    sqrt(
        greatest(
            {{ exact_sum(value ~ ' * ' ~ value) }}
            - 2 * {{ exact_sum(value) }} / sum({{ n_units }})
            * {{ exact_sum(value ~ ' * ' ~ n_units) }}
            + pow({{ exact_sum(value) }} / sum({{ n_units }}), 2)
            * sum({{ n_units }} * {{ n_units }}),
            0
        )
        * count(*) / nullif(count(*) - 1.0, 0)
    )
{%- endmacro %}
