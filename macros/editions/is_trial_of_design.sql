{#- Whether a campaign is a trial of a design, by seed designs: all campaigns are, or those
    of the studied types, or those of the one type that it names (int_designs).
    Example: is_trial_of_design('designs.campaign_types', 'campaigns.campaign_type'). -#}
{% macro is_trial_of_design(campaign_types, campaign_type) -%}
    (
        {{ campaign_types }} = 'all'
        or ({{ campaign_types }} = 'studied' and {{ is_studied_type(campaign_type) }})
        or {{ campaign_types }} = 'type ' || {{ campaign_type }}
    )
{%- endmacro %}
