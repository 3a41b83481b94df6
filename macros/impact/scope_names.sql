{#- The scopes of a campaign: what it did on its own, what those of its type did together,
    and all of them. Example: campaign 8 of type A -> campaign 8, type A, all campaigns. -#}
{% macro scope_names(campaign_id, campaign_type) -%}
    unnest([
        'campaign ' || {{ campaign_id }}, 'type ' || {{ campaign_type }}, 'all campaigns'
    ])
{%- endmacro %}
