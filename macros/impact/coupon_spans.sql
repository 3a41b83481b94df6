{#- Weeks that sums of a unit are formed over, by name: conditions on relative_week. The
    later ones end with the weeks of the effect. Example: before -> relative_week < 0. -#}
{% macro coupon_spans() -%}
    {{ return({
        'short': 'relative_week between 0 and 3',
        'long': 'relative_week >= 0',
        'before': 'relative_week < 0'
    }) }}
{%- endmacro %}
