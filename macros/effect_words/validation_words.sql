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

{#- Example: 'joint', null, null, null, false, 6, 6 and 6 -> 'no detectable difference'. -#}
{% macro heterogeneity_verdict(
    test,
    estimate,
    ci_lower,
    ci_upper,
    is_passed,
    n_groups,
    n_groups_passed,
    n_groups_compared
) -%}
    case
        when
            {{ n_groups_passed }} < {{ n_groups_compared }}
            or ({{ test }} = 'joint' and {{ n_groups_compared }} < 2)
            then
                format(
                    'cannot be determined: {} of {} groups pass their gate',
                    {{ n_groups_passed }},
                    {{ n_groups }}
                )
        when {{ test }} = 'joint' and {{ is_passed }} is null
            then 'cannot be determined: groups are the same households'
        when {{ test }} = 'joint' and {{ is_passed }} then 'groups differ'
        when {{ test }} = 'joint' then 'no detectable difference'
        else {{ validation_verdict(test, estimate, ci_lower, ci_upper, is_passed) }}
    end
{%- endmacro %}
