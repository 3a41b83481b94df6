{#- The words of explain_failures for a model, seed or test that ended with an error.
    Example: error_words(result of stg_products) -> ['* Model stg_products: file ...'] -#}
{% macro error_words(failure) %}
    {% set message = failure.message or '' %}
    {% set sentence = run_query("select in_plain_words('" ~ message | replace("'", "''")
        ~ "')").columns[0].values()[0] %}
    {{ return([
        '* ' ~ failure.node.resource_type | string | capitalize ~ ' '
            ~ failure.node.name ~ ': ' ~ sentence
    ]) }}
{% endmacro %}
