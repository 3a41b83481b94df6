{#- The bin of a count: 0 for none, 1 for 1, 2 for 2 and 3, 3 for 4 to 7 and so on; 7 for 64
    and more. Example: 5 -> 3. -#}
{% macro power_of_two_bin(n) -%}
    case when {{ n }} > 0 then cast(least(floor(log2({{ n }})), 6) as integer) + 1 else 0 end
{%- endmacro %}
