{#- A query on `terms` with campaign_id and household_id, and on `scopes` with a weight per
    campaign: what a household adds to each scope. It stands in many campaigns, so its terms
    are summed before anything squares them. `keys` are columns that keep effects apart.
    Example: terms 4 and 8 of campaigns with weights 0.25 and 0.75 -> 7. -#}
{% macro scope_terms(terms, scopes, keys, columns) -%}
    select
        {{ scopes }}.scope,
        {{ terms }}.household_id,
        {%- for key in keys %}
        {{ terms }}.{{ key }},
        {%- endfor %}
        {%- for column in columns %}
        {{ terms }}.{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ terms }}
    inner join {{ scopes }} on {{ terms }}.campaign_id = {{ scopes }}.campaign_id
    where starts_with({{ scopes }}.scope, 'campaign ')
    union all
    select
        {{ scopes }}.scope,
        {{ terms }}.household_id,
        {%- for key in keys %}
        {{ terms }}.{{ key }},
        {%- endfor %}
        {%- for column in columns %}
        {{ exact_sum(scopes ~ '.weight * ' ~ terms ~ '.' ~ column) }} as {{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ terms }}
    inner join {{ scopes }} on {{ terms }}.campaign_id = {{ scopes }}.campaign_id
    where not starts_with({{ scopes }}.scope, 'campaign ')
    group by
        {{ scopes }}.scope,
        {%- for key in keys %}
        {{ terms }}.{{ key }},
        {%- endfor %}
        {{ terms }}.household_id
{%- endmacro %}
