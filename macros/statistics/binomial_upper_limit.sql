{#- Upper end of a one-sided 95 % interval for a share: the exact limit of Clopper and
    Pearson (1934). DuckDB has no beta distribution: closed forms for no event, for one
    unit without it and for none; between them the approximation of Paulson, Camp and
    Pratt (Blyth 1986, Journal of the American Statistical Association 81), to 0.0005 from
    25 units on. The lower end is 1 less the upper end for the units without the event.
    Example: no event in 149 units -> 0.0199. -#}
{% macro binomial_upper_limit(n_events, n_units) -%}
    {%- set x1 -%} cast({{ n_events }} + 1 as double) {%- endset -%}
    {%- set rest -%} cast({{ n_units }} - {{ n_events }} as double) {%- endset -%}
    {%- set n -%} cast({{ n_units }} as double) {%- endset -%}
    {%- set z -%} cast(1.6448536269514722 as double) {%- endset -%}
    case
        when {{ n_events }} = {{ n_units }} then 1.0
        when {{ n_events }} = 0 then 1 - pow(0.05, 1 / {{ n }})
        when {{ n_events }} = {{ n_units }} - 1 then pow(0.95, 1 / {{ n }})
        else
            1 / (
                1 + pow({{ x1 }} / {{ rest }}, 2) * pow(
                    (
                        81 * {{ x1 }} * {{ rest }} - 9 * {{ n }} - 8
                        - 3 * {{ z }} * sqrt(
                            9 * {{ x1 }} * {{ rest }}
                            * (9 * {{ n }} + 5 - {{ z }} * {{ z }}) + {{ n }} + 1
                        )
                    ) / (
                        81 * {{ x1 }} * {{ x1 }}
                        - 9 * {{ x1 }} * (2 + {{ z }} * {{ z }}) + 1
                    ),
                    3
                )
            )
    end
{%- endmacro %}
