{#- The figures behind the overlap gate, in words. -#}
{% macro overlap_evidence(
    share_in_10_90, ess_treated, ess_control, n_treated, n_control
) -%}
    format(
        '{:.0f} % of propensities lie in [0.1, 0.9] ({:.0f} % needed); '
        || 'effective sample {:.0f} of {} treated and {:.0f} of {} controls '
        || '({:.0f} % needed)',
        100 * {{ share_in_10_90 }},
        100 * cast({{ var('min_overlap_share') }} as double),
        coalesce({{ ess_treated }}, 0),
        {{ n_treated }},
        coalesce({{ ess_control }}, 0),
        {{ n_control }},
        100 * cast({{ var('min_ess_share') }} as double)
    )
{%- endmacro %}

{#- What the overlap gate says of an estimate. needs_overlap is NULL where the estimate is
    not an effect. -#}
{% macro gate_status(needs_overlap, is_overlap_sufficient) -%}
    case
        when {{ needs_overlap }} is null then 'not an effect'
        when not {{ needs_overlap }} or {{ is_overlap_sufficient }} then 'passed'
        else 'failed'
    end
{%- endmacro %}

{#- Why an estimate has its gate_status, in a sentence; NULL where the estimate is not an
    effect. -#}
{% macro overlap_reason(needs_overlap, is_overlap_sufficient, overlap_evidence) -%}
    case
        when {{ needs_overlap }} is null then null
        when not {{ needs_overlap }}
            then 'Units are weighted by how well both arms overlap: '
        when {{ is_overlap_sufficient }} then 'Overlap suffices: '
        else 'Overlap does not suffice: '
    end
    || {{ overlap_evidence }}
    || '.'
{%- endmacro %}

{#- How far the propensity separates the arms, by its AUC. The source study calls an AUC
    above 0.9 severe and warns above 0.7. -#}
{% macro separation_verdict(propensity_auc) -%}
    case
        when {{ propensity_auc }} > 0.9 then 'severe'
        when {{ propensity_auc }} > 0.7 then 'warning'
        else 'none'
    end
{%- endmacro %}
