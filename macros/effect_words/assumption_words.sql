{#- What a build found about the assumptions of a design, in sentences for
    fct_assumptions. What each assumption says stands in seed words_assumptions. -#}

{#- What the status of a gate says of the assumption that it tests. Example: 'passed' ->
    'not contradicted'. -#}
{% macro gate_as_assumption(gate) -%}
    case {{ gate }}
        when 'passed' then 'not contradicted'
        when 'failed' then 'contradicted'
        else 'cannot be determined'
    end
{%- endmacro %}

{#- Example: 0.25, 0.1, 20.0, 30.0, -15.0 and -5.0 -> '25 % of the treated units and
    10 % of the control units were sent another campaign in the outcome window. Without
    these units the effect is 20 dollars, with them 30 dollars (95 % interval of the
    difference -15 to -5).' -#}
{% macro interference_evidence(
    treated_share, control_share, effect_without, effect, ci_lower, ci_upper
) -%}
    format(
        '{:.0f} % of the treated units and {:.0f} % of the control units were sent '
        || 'another campaign in the outcome window.',
        100 * {{ treated_share }},
        100 * {{ control_share }}
    )
    || coalesce(
        format(
            {{ in_currency(
                "' Without these units the effect is {:.0f} dollars, with them {:.0f} '
            || 'dollars (95 % interval of the difference {:.0f} to {:.0f}).'"
            ) }},
            {{ effect_without }},
            {{ effect }},
            {{ ci_lower }},
            {{ ci_upper }}
        ), ''
    )
{%- endmacro %}

{#- Example: 5.0, -5.0 and 15.0 -> 'In the window before the campaigns, where there can
    be no effect, the estimate is 5 dollars (-5 to 15).' -#}
{% macro placebo_evidence(estimate, ci_lower, ci_upper) -%}
    coalesce(
        format(
            {{ in_currency(
                "'In the window before the campaigns, where there can be no effect, the '
            || 'estimate is {:.0f} dollars ({:.0f} to {:.0f}).'"
            ) }},
            {{ estimate }},
            {{ ci_lower }},
            {{ ci_upper }}
        ),
        'No window before the campaigns is long enough for a placebo.'
    )
{%- endmacro %}

{#- Example: 'Nothing before.', 0.05 and NULL -> 'Nothing before. A hidden cause that
    explains 5.0 % of what the covariates leave unexplained of both targeting and sales
    would explain the effect away.' -#}
{% macro unconfoundedness_evidence(placebo_evidence, confounder_strength, caution) -%}
    {{ placebo_evidence }}
    || coalesce(
        format(
            ' A hidden cause that explains {:.1f} % of what the covariates leave '
            || 'unexplained of both targeting and sales would explain the effect away.',
            100 * {{ confounder_strength }}
        ), ''
    )
    || coalesce(' ' || {{ caution }}, '')
{%- endmacro %}

{#- Example: 3, 60 and 77 -> '3 campaigns with coupons of their own, evaluated over 60
    to 77 days.' -#}
{% macro consistency_evidence(n_campaigns, min_days, max_days) -%}
    format(
        '{} {} with coupons of {} own, evaluated over {} to {} days.',
        {{ n_campaigns }},
        case {{ n_campaigns }} when 1 then 'campaign' else 'campaigns' end,
        case {{ n_campaigns }} when 1 then 'its' else 'their' end,
        {{ min_days }},
        {{ max_days }}
    )
{%- endmacro %}

{#- A clause as a sentence. Example: 'all inside' -> 'All inside.' -#}
{% macro as_sentence(clause) -%}
    upper({{ clause }}[1]) || {{ clause }}[2:] || '.'
{%- endmacro %}

{#- What the data say of an arrow of the causal graph; NULL if nothing. Example: 0.06 and
    NULL -> 'It explains 6.0 % of what the other covariates leave unexplained.' -#}
{% macro edge_evidence(partial_r2, strength_needed) -%}
    coalesce(
        format(
            'It explains {:.1f} % of what the other covariates leave unexplained.',
            100 * {{ partial_r2 }}
        ),
        format(
            'Not measured; what explains {:.1f} % of what the covariates leave '
            || 'unexplained of both who is sent and what is bought would decide whether '
            || 'the interval holds 0.',
            100 * {{ strength_needed }}
        )
    )
{%- endmacro %}
