{#- Mean of numbers that does not depend on the order in which threads add them up (see
    exact_sum). `over` makes it a window function.
    Example: 1.5 and 2.5 in any order -> 2. -#}
{% macro exact_avg(expression, over='') -%}
    (
        avg(
            case
                when abs({{ expression }}) < 1e12
                    then cast({{ expression }} as decimal(38, 12))
                when ({{ expression }}) is not null then 0
            end
        ) {{ over }}
        + coalesce(
            cast(
                sum(
                    case
                        when abs({{ expression }}) >= 1e12
                            then cast({{ expression }} as decimal(38, 4))
                    end
                ) {{ over }} as double
            ) / count({{ expression }}) {{ over }},
            0
        )
    )
{%- endmacro %}
