{#- A query on `terms` with campaign_id, household_id, is_sent, share_of_estimate and
    error_term, and on `scopes` (int_impact_scopes): the effect in each scope and its error,
    clustered by household. A scope of several campaigns weights them by households sent.
    `keys` are the columns that keep effects apart.
    Example: two campaigns with 1 and 3 households sent and effects 4 and 8 -> 7. -#}
{% macro scope_effects(terms, scopes, keys) -%}
    {%- set listed = keys | join(', ') -%}
    with

    campaign_sums as (

        select
            {{ listed }},
            campaign_id,
            count(*) filter (where is_sent) as n_sent,
            count(*) filter (where not is_sent) as n_others,
            {{ exact_sum('share_of_estimate') }} as estimate,
            {{ exact_product_sum('error_term', 'error_term') }} as variance
        from {{ terms }}
        group by {{ listed }}, campaign_id

    ),

    weights as (

        select
            campaign_sums.*,
            scopes.scope,
            campaign_sums.n_sent / sum(campaign_sums.n_sent) over (
                partition by
                    {%- for key in keys %} campaign_sums.{{ key }},{% endfor %}
                    scopes.scope
            ) as weight
        from campaign_sums
        inner join {{ scopes }} as scopes
            on campaign_sums.campaign_id = scopes.campaign_id

    ),

    -- A household stands in many campaigns: its terms are summed before they are squared.
    household_terms as (

        select
            {{ listed }},
            weights.scope,
            terms.household_id,
            {{ exact_sum('weights.weight * terms.error_term') }} as error_term
        from weights
        inner join {{ terms }} as terms using ({{ listed }}, campaign_id)
        where not starts_with(weights.scope, 'campaign ')
        group by {{ listed }}, weights.scope, terms.household_id

    ),

    pooled_errors as (

        select
            {{ listed }},
            scope,
            {{ exact_product_sum('error_term', 'error_term') }} as variance
        from household_terms
        group by {{ listed }}, scope

    )

    select
        {{ listed }},
        scope,
        sum(weights.n_sent) as n_sent,
        sum(weights.n_others) as n_others,
        {{ exact_sum('weights.weight * weights.estimate') }} as estimate,
        sqrt(coalesce(max(pooled_errors.variance), max(weights.variance))) as std_error
    from weights
    left join pooled_errors using ({{ listed }}, scope)
    group by {{ listed }}, scope
{%- endmacro %}
