{#- A query on `terms` with campaign_id, household_id, is_sent, share_of_estimate and
    error_term, and on `scopes` (int_impact_scopes): the effect in each scope and its error,
    clustered by household. A scope of several campaigns weights them by households sent. `keys` are the
    columns that keep effects apart.
    Example: two campaigns with 1 and 3 households sent and effects 4 and 8 -> 7. -#}
{% macro scope_effects(terms, scopes, keys) -%}
    {%- set listed = keys | join(', ') -%}
    with

    campaign_sizes as (

        select
            {{ listed }},
            campaign_id,
            count(*) filter (where is_sent) as n_sent
        from {{ terms }}
        group by {{ listed }}, campaign_id

    ),

    weights as (

        select
            campaign_sizes.* exclude (n_sent),
            scopes.scope,
            campaign_sizes.n_sent / sum(campaign_sizes.n_sent) over (
                partition by
                    {%- for key in keys %} campaign_sizes.{{ key }},{% endfor %}
                    scopes.scope
            ) as weight
        from campaign_sizes
        inner join {{ scopes }} as scopes
            on campaign_sizes.campaign_id = scopes.campaign_id

    ),

    -- A household stands in many campaigns: its terms are summed before they are squared.
    household_terms as (

        select
            {{ listed }},
            weights.scope,
            terms.household_id,
            count(*) filter (where terms.is_sent) as n_sent,
            count(*) filter (where not terms.is_sent) as n_others,
            {{ exact_sum('weights.weight * terms.share_of_estimate') }}
                as share_of_estimate,
            {{ exact_sum('weights.weight * terms.error_term') }} as error_term
        from weights
        inner join {{ terms }} as terms using ({{ listed }}, campaign_id)
        group by {{ listed }}, weights.scope, terms.household_id

    )

    select
        {{ listed }},
        scope,
        sum(n_sent) as n_sent,
        sum(n_others) as n_others,
        {{ exact_sum('share_of_estimate') }} as estimate,
        sqrt({{ exact_sum('error_term * error_term') }}) as std_error
    from household_terms
    group by {{ listed }}, scope
{%- endmacro %}
