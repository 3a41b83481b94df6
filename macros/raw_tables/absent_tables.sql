{#- Names of the optional raw tables that the edition does without.
    Example: absent_tables() -> ['coupons', 'promotions']. -#}
{% macro absent_tables() %}
    {% set absent = [] %}
    {% if execute %}
        {% for source_node in edition_sources() %}
            {% set is_optional = source_node.meta.get('lost_if_absent') is not none %}
            {% if is_optional and not raw_table_exists(source_node) %}
                {% do absent.append(source_node.name) %}
            {% endif %}
        {% endfor %}
    {% endif %}
    {{ return(absent) }}
{% endmacro %}
