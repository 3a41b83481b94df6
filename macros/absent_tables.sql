{#- Names of the optional raw tables that the edition does without.
    Example: absent_tables() -> ['coupons', 'promotions']. -#}
{% macro absent_tables() %}
    {% set absent = [] %}
    {% if execute %}
        {% for source_node in edition_sources() if not raw_table_exists(source_node) %}
            {% do absent.append(source_node.name) %}
        {% endfor %}
    {% endif %}
    {{ return(absent) }}
{% endmacro %}
