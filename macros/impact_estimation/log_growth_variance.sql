{#- Variance of an arm's log growth of its coupon category less that of the rest, from sums
    over the arm's n_units households: a household's part of it is a / A - b / B - (c / C -
    d / D) for its coupon sales a after and b before, rest sales c and d, and their sums A
    to D (delta method). Their mean is 0, so the squares are multiplied out.
    `span` names the weeks after. -#}
{% macro log_growth_variance(span) -%}
    {%- set parts = [
        ('coupon', span, 1), ('coupon', 'before', -1), ('rest', span, -1),
        ('rest', 'before', 1)
    ] -%}
    {%- set order = {'before': 0, span: 1} -%}
    greatest(
        {%- for kind, weeks, sign in parts %}
        {%- for other_kind, other_weeks, other_sign in parts %}
        {%- if kind == other_kind and order[weeks] > order[other_weeks] %}
        {%- set product = other_kind ~ '_' ~ other_weeks ~ '_' ~ kind ~ '_' ~ weeks %}
        {%- elif kind == 'rest' and other_kind == 'coupon' %}
        {%- set product = other_kind ~ '_' ~ other_weeks ~ '_' ~ kind ~ '_' ~ weeks %}
        {%- else %}
        {%- set product = kind ~ '_' ~ weeks ~ '_' ~ other_kind ~ '_' ~ other_weeks %}
        {%- endif %}
        {{ '+' if sign * other_sign > 0 else '-' }} {{ product }}
        / ({{ kind }}_{{ weeks }} * {{ other_kind }}_{{ other_weeks }})
        {%- endfor %}
        {%- endfor %},
        0
    )
    * n_units / nullif(n_units - 1.0, 0)
{%- endmacro %}
