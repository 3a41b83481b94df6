{#- The overlap gate, as columns is_overlap_sufficient and overlap_evidence (the figures
    behind it, in words), of rows with n_treated, n_control and the columns of
    overlap_statistics. Example: 75 % in [0.1, 0.9] where 80 % are needed -> false. -#}
{% macro overlap_gate() -%}
    coalesce(
        share_in_10_90 >= {{ var('min_overlap_share') }}
        and ess_treated >= {{ var('min_ess_share') }} * n_treated
        and ess_control >= {{ var('min_ess_share') }} * n_control,
        false
    ) as is_overlap_sufficient,
    format(
        '{:.0f} % of propensities lie in [0.1, 0.9] ({:.0f} % needed); '
        || 'effective sample {:.0f} of {} treated and {:.0f} of {} controls '
        || '({:.0f} % needed)',
        100 * share_in_10_90,
        100 * cast({{ var('min_overlap_share') }} as double),
        coalesce(ess_treated, 0),
        n_treated,
        coalesce(ess_control, 0),
        n_control,
        100 * cast({{ var('min_ess_share') }} as double)
    ) as overlap_evidence
{%- endmacro %}
