{#- Which gate of a population fails first, or that all pass, in a sentence. max_smd is
    the largest difference of a covariate, smd_limit the largest that passes. -#}
{% macro population_reason(
    is_large_enough,
    n_sent_households,
    n_not_sent_households,
    is_overlap_sufficient,
    overlap_evidence,
    is_balanced,
    max_smd,
    smd_limit
) -%}
    case
        when {{ is_large_enough }} and {{ is_overlap_sufficient }}
            and not {{ is_balanced }}
            then
                format(
                    'The arms are not balanced: a covariate still differs by {:.2f} '
                    || 'standard deviations after weighting ({:.2f} allowed).',
                    {{ max_smd }},
                    {{ smd_limit }}
                )
        else
            {{ group_reason(
                is_large_enough,
                n_sent_households,
                n_not_sent_households,
                'true',
                is_overlap_sufficient,
                overlap_evidence
            ) }}
    end
{%- endmacro %}
