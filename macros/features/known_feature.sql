{#- A feature as a column of a select list, NULL for everybody if the data do not know it
    (int_unknown_features, as the relation unknown_features). Example: without brands
    known_feature('private_label_ratio', 'a / b') -> NULL as private_label_ratio. -#}
{% macro known_feature(feature, expression) -%}
    case
        when '{{ feature }}' not in (select feature from unknown_features)
            then {{ expression }}
    end as {{ feature }}
{%- endmacro %}
