{#- Sum of numbers that does not depend on the order in which threads add them up. Numbers
    below 10^12 are rounded to 12 decimal places and larger ones to 4, which is finer than
    a double is there: both parts are exact sums of decimals. A sum in any currency fits,
    and so does one of its squares. `over` makes it a window function.
    Example: 0.1, 0.2 and 0.3 in any order -> 0.6. -#}
{% macro exact_sum(expression, over='') -%}
    (
        cast(
            sum(
                case
                    when abs({{ expression }}) < 1e12
                        then cast({{ expression }} as decimal(38, 12))
                    when ({{ expression }}) is not null then 0
                end
            ) {{ over }} as double
        )
        + coalesce(
            cast(
                sum(
                    case
                        when abs({{ expression }}) >= 1e12
                            then cast({{ expression }} as decimal(38, 4))
                    end
                ) {{ over }} as double
            ),
            0
        )
    )
{%- endmacro %}
