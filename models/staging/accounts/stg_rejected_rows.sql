{#- The eight canonical tables, in the order of the report. -#}
{% set table_names = [
    'transactions', 'products', 'households', 'campaigns', 'campaign_targets',
    'coupons', 'coupon_redemptions', 'promotions'
] %}
{#- Lines of a retailer's own are summed by basket and product. -#}
{% set number_of_rows = {'transactions': 'sum(n_raw_rows)'} %}

{{ config(materialized='table') }}

with

{% for table_name in table_names -%}
{{ table_name }}_totals as (

    select {{ number_of_rows.get(table_name, 'count(*)') }} as n_rows
    from {{ ref('base_' ~ table_name) }}

),

{{ table_name }}_rejects as (

    select
        '{{ table_name }}' as table_name,
        reject_reason as reason,
        count(*) as n_rejected,
        array_to_string(min(raw_text, 3), ' | ') as examples
    from {{ ref('base_' ~ table_name) }}
    where reject_reason is not null
    group by reject_reason

),

{% endfor -%}

rejects as (

    {% for table_name in table_names -%}
    select
        {{ table_name }}_rejects.table_name,
        {{ table_name }}_rejects.reason,
        {{ table_name }}_rejects.n_rejected,
        {{ table_name }}_totals.n_rows,
        {{ table_name }}_rejects.examples
    from {{ table_name }}_rejects
    cross join {{ table_name }}_totals
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (

    select
        table_name,
        reason,
        n_rejected,
        n_rows,
        n_rejected / n_rows as rejected_share,
        examples
    from rejects

)

select * from final
order by table_name, reason
