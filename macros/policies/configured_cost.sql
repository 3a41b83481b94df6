{#- What a contact costs as var cost_basis says: the household's own cost, or one for all.
    Example: with cost_basis 'flat', configured_cost('own', 'flat') -> flat. -#}
{% macro configured_cost(own_cost, flat_cost) -%}
    {%- set basis = setting('cost_basis') -%}
    {%- if basis not in ('flat', 'household') -%}
        {{ stop_with("var cost_basis is " ~ basis ~ ", expected flat or household.") }}
    {%- endif -%}
    {{ own_cost if basis == 'household' else flat_cost }}
{%- endmacro %}
