{#- Keys from here on stand for texts: 2^62. -#}
{% macro first_hashed_key() %}
    {{ return(4611686018427387904) }}
{% endmacro %}
