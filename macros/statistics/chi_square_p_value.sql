{#- Upper tail of a chi-square with a whole number of degrees of freedom. DuckDB has no
    chi-square distribution: Abramowitz and Stegun (1964), formulas 26.4.4 and 26.4.5, a
    finite sum, to which an odd number adds the two-sided tail of a standard normal. NULL
    gives NULL. Example: 3.841459 with 1 degree of freedom -> 0.05. -#}
{% macro chi_square_p_value(statistic, degrees_of_freedom) -%}
    case
        -- The logarithm of 0 would fail.
        when {{ statistic }} <= 0 then 1.0
        when {{ statistic }} > 0
            then least(
                1.0,
                {{ degrees_of_freedom }} % 2
                * {{ two_sided_p_value('sqrt(' ~ statistic ~ ')') }}
                + coalesce(
                    list_sum(
                        list_transform(
                            range(1, {{ degrees_of_freedom }} // 2 + 1),
                            lambda i: exp(
                                ({{ degrees_of_freedom }} / 2 - i)
                                * ln({{ statistic }} / 2)
                                - {{ statistic }} / 2
                                - lgamma({{ degrees_of_freedom }} / 2 - i + 1)
                            )
                        )
                    ),
                    0.0
                )
            )
    end
{%- endmacro %}
