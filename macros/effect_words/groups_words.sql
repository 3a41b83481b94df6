{#- Why the effect on a group has its gate_status, in a sentence. -#}
{% macro group_reason(
    is_large_enough,
    n_treated_households,
    n_control_households,
    needs_overlap,
    is_overlap_sufficient,
    overlap_evidence
) -%}
    case
        when {{ is_large_enough }}
            then {{ overlap_reason(
                needs_overlap, is_overlap_sufficient, overlap_evidence
            ) }}
        else
            format(
                'Too few households: {} treated and {} controls ({} of each needed).',
                {{ n_treated_households }},
                {{ n_control_households }},
                {{ var('min_group_households') }}
            )
    end
{%- endmacro %}

{#- Why two types of campaign cannot be compared; NULL where they can. -#}
{% macro contrast_obstacle(
    has_shared_households,
    first_type,
    first_status,
    first_reason,
    second_type,
    second_status,
    second_reason
) -%}
    case
        when {{ has_shared_households }}
            then 'cannot be determined: types share households'
        when {{ first_status }} = 'too few'
            then 'cannot be determined: ' || {{ first_type }} || '. ' || {{ first_reason }}
        when {{ second_status }} = 'too few'
            then 'cannot be determined: ' || {{ second_type }} || '. '
                || {{ second_reason }}
        when 'failed' in ({{ first_status }}, {{ second_status }})
            then 'cannot be determined: the arms overlap too little'
    end
{%- endmacro %}

{#- Which of two types of campaign has the larger effect, where they can be compared. -#}
{% macro contrast_verdict(q_value, difference, first_type, second_type) -%}
    case
        when {{ q_value }} >= {{ var('heterogeneity_level') }}
            then 'no detectable difference'
        when {{ difference }} > 0 then {{ first_type }} || ' has the larger effect'
        else {{ second_type }} || ' has the larger effect'
    end
{%- endmacro %}
