{#- The macro categories that have a feature each: share_grocery and so on. -#}
{% macro share_categories() %}
    {{ return(['grocery', 'fresh', 'bakery', 'health_beauty', 'alcohol', 'other']) }}
{% endmacro %}
