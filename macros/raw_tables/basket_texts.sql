{#- The columns of a receipt's key as texts, '' where one is missing. -#}
{% macro basket_texts(raw, columns) %}
    {% set texts = [] %}
    {% for column in columns %}
        {% do texts.append("coalesce(" ~ stated_text(raw, column) ~ ", '')") %}
    {% endfor %}
    {{ return(texts) }}
{% endmacro %}
