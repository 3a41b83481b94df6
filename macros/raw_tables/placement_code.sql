{#- The code of a placement; 0, which means none, where no column says. -#}
{% macro placement_code(raw, column) -%}
    {{ stated_text(raw, column) if column in raw.columns else "'0'" }}
{%- endmacro %}
