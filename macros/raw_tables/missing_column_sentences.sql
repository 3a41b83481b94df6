{#- One sentence for each column that a raw table must have and has not, with the columns it
    has and the one that looks most like it. `day|transacted_on` means either. -#}
{% macro missing_column_sentences(source_node, raw) %}
    {% set sentences = [] %}
    {% set found = raw.columns.keys() | list %}
    {% set required = source_node.meta.get('required')
        or source_node.columns.values() | map(attribute='name') | list %}
    {% if source_node.name == 'transactions' and source_node.source_name == 'canonical'
        and setting('basket_key') != ['basket_id'] %}
        {#- A day may be a number or a date. -#}
        {% set required = required + setting('basket_key') | reject('in',
            ['day', 'transacted_on']) | list %}
    {% endif %}
    {% for choice in required %}
        {% set names = (choice | lower).split('|') %}
        {% if not names | select('in', found) | list %}
            {% set hint = nearest_column(names, found) %}
            {% if found | length == 1 and raw.kind == 'csv' %}
                {% set hint = ' Is it another delimiter? Set var csv_delimiter, as ";" or '
                    ~ '"auto"; or take away the lines above the column names.' %}
            {% endif %}
            {% do sentences.append(raw.file ~ ' has no column ' ~ names | join(' or ')
                ~ '; it has ' ~ found | join(', ') ~ '.' ~ hint) %}
        {% endif %}
    {% endfor %}
    {{ return(sentences) }}
{% endmacro %}
