{#- The columns of a receipt's key as texts, '' where one is missing. Days are dates, where
    lines have those: the time of a line is no part of its receipt. -#}
{% macro basket_texts(raw, columns) %}
    {% set texts = [] %}
    {% for column in columns %}
        {% set text = stated_text(raw, column) %}
        {% if column in ('day', 'transacted_on') and 'transacted_on' in raw.columns %}
            {% set text = 'cast(' ~ stated_date(raw, 'transacted_on') ~ ' as varchar)' %}
        {% elif column == 'transacted_on' %}
            {% set text = stated_text(raw, 'day') %}
        {% endif %}
        {% do texts.append("coalesce(" ~ text ~ ", '')") %}
    {% endfor %}
    {{ return(texts) }}
{% endmacro %}
