{#- Which of the columns that are there is spelled most like one that is missing, as a
    hint; '' if none is near. Example: (['sales_value'], ['id', 'sales_val']) ->
    ' Is it sales_val?'. -#}
{% macro nearest_column(names, found) %}
    {% if not found %}{{ return('') }}{% endif %}
    {% set rows = run_query("
        select found
        from unnest(['" ~ found | map('replace', "'", "''") | join("', '") ~ "']) as f(found)
        cross join unnest(['" ~ names | join("', '") ~ "']) as n(name)
        where jaro_winkler_similarity(found, name) > 0.85
        order by jaro_winkler_similarity(found, name) desc, found
        limit 1
    ").rows %}
    {{ return(' Is it ' ~ rows[0][0] ~ '?' if rows else '') }}
{% endmacro %}
