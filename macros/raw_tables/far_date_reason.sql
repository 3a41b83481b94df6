{#- Why a date that is far from all others is set aside, as a SQL text. -#}
{% macro far_date_reason() -%}
    'the date is more than {{ setting("max_day_gap") }} days from all other shopping '
    || 'days: a clock may be wrong (var max_day_gap)'
{%- endmacro %}
