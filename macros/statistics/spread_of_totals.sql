{#- Sample standard deviation of amounts from their number, their sum (a decimal with 4
    places) and the sum of their squares in ten-thousandths (a whole number): exact, so that
    it does not depend on the order in which threads add up. Amounts whose squares would
    leave the range of whole numbers are computed as doubles. NULL for fewer than two.
    Example: 1, 1, 1 and 5, that is 4, 8 and 28 * 10^8 -> 2. -#}
{% macro spread_of_totals(n, total, squares) -%}
    {%- set whole -%} cast({{ total }} * 10000 as hugeint) {%- endset -%}
    {%- set exact -%} ({{ n }} * {{ squares }} - {{ whole }} * {{ whole }}) {%- endset -%}
    sqrt(
        greatest(
            0,
            case
                when {{ squares }} < 1e32
                    then cast({{ exact }} // 10000 as double)
                        + cast({{ exact }} % 10000 as double) / 10000
                else
                    cast({{ n }} as double) * cast({{ squares }} as double) / 10000
                    - cast({{ total }} as double) * cast({{ total }} as double) * 10000
            end
        ) / nullif({{ n }} * ({{ n }} - 1), 0)
    ) / 100
{%- endmacro %}
