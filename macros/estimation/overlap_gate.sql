{#- The overlap gate, as the columns is_overlap_sufficient and overlap_evidence (the
    figures behind it, in words). Example: 75 % in [0.1, 0.9] where 80 % are needed ->
    false. -#}
{% macro overlap_gate(share_in_10_90, ess_treated, ess_control, n_treated, n_control) -%}
    coalesce(
        {{ share_in_10_90 }} >= {{ var('min_overlap_share') }}
        and {{ ess_treated }} >= {{ var('min_ess_share') }} * {{ n_treated }}
        and {{ ess_control }} >= {{ var('min_ess_share') }} * {{ n_control }},
        false
    ) as is_overlap_sufficient,
    {{ overlap_evidence(
        share_in_10_90, ess_treated, ess_control, n_treated, n_control
    ) }} as overlap_evidence
{%- endmacro %}
