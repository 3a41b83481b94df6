{#- One-sided p-value of a normal estimate, of the hypothesis that its mean is 0 or less.
    NULL without a standard error above 0. Example: 1.644854 with error 1 -> 0.05. -#}
{% macro upper_tail_p_value(estimate, std_error) -%}
    {%- set two_sided = two_sided_p_value('(' ~ estimate ~ ' / ' ~ std_error ~ ')') -%}
    case
        when {{ std_error }} > 0 and {{ estimate }} > 0 then {{ two_sided }} / 2
        when {{ std_error }} > 0 then 1 - {{ two_sided }} / 2
    end
{%- endmacro %}
