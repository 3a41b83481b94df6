{#- What the tests of predicted effects show, in words for fct_cate_validation and
    fct_ranking_comparisons. -#}

{#- Example: 'blp_slope', 0.5, 0.2, 0.8 and true -> 'effects differ, by less than
    predicted'. -#}
{% macro validation_verdict(test, value, ci_lower, ci_upper, is_passed) -%}
    case
        when {{ test }} like '%_raw' then 'kept for comparison only: ranks by selection'
        when {{ test }} = 'calibration_r2' and {{ value }} > 0
            then 'closer to group effects than one effect for all; not tested'
        when {{ test }} = 'calibration_r2'
            then 'no closer to group effects than one effect for all'
        when not {{ is_passed }} then 'no detectable heterogeneity'
        when {{ test }} = 'blp_slope' and {{ ci_upper }} < 1
            then 'effects differ, by less than predicted'
        when {{ test }} = 'blp_slope' and {{ ci_lower }} > 1
            then 'effects differ, by more than predicted'
        when {{ test }} = 'blp_slope' then 'effects differ as predicted'
        when {{ is_passed }} then 'ranks better than chance'
        else 'cannot be tested'
    end
{%- endmacro %}

{#- Example: 0.01 and -3.0 -> 'ranks worse'. -#}
{% macro ranking_verdict(q_value, difference) -%}
    case
        when {{ q_value }} < {{ var('heterogeneity_level') }} and {{ difference }} > 0
            then 'ranks better'
        when {{ q_value }} < {{ var('heterogeneity_level') }} then 'ranks worse'
        else 'no detectable difference'
    end
{%- endmacro %}
