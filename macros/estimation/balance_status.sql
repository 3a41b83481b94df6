{#- What the largest standardised difference of a covariate says of two arms: passed up to
    var max_smd, failed beyond smd_limit (macro), and doubtful between them, where it may be
    chance, or if it is unknown. Example: 0.17 with a limit of 0.24 -> doubtful. -#}
{% macro balance_status(max_smd, smd_limit) -%}
    case
        when {{ max_smd }} <= {{ var('max_smd') }} then 'passed'
        when {{ max_smd }} > {{ smd_limit }} then 'failed'
        else 'doubtful'
    end
{%- endmacro %}
