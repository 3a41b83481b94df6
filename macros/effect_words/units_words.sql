{#- Whether effects are estimated for a design, in words. -#}
{% macro cohort_status(is_estimable, n_treated_households, n_control_households) -%}
    case
        when {{ is_estimable }} then 'estimated'
        else
            format(
                'too few households: {} treated and {} controls; {} of each are needed '
                || 'outside the largest fold',
                {{ n_treated_households }},
                {{ n_control_households }},
                {{ var('min_arm_households') }}
            )
    end
{%- endmacro %}
