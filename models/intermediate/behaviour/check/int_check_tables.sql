{#- The eight canonical tables, in the order of the page. -#}
{% set table_names = [
    'transactions', 'products', 'households', 'campaigns', 'campaign_targets',
    'coupons', 'coupon_redemptions', 'promotions'
] %}
{% set absent = absent_tables() %}
{% set losses = {} %}
{% for source_node in (edition_sources() if execute else []) %}
    {% do losses.update({
        source_node.name:
            (source_node.meta.get('lost_if_absent') or '') | replace("'", "''")
    }) %}
{% endfor %}

with

rejected_rows as (

    select * from {{ ref('stg_rejected_rows') }}

),

table_sizes as (

    {% for table_name in table_names -%}
    select
        {{ loop.index }} as table_number,
        '{{ table_name }}' as table_name,
        {{ 'false' if table_name in absent else 'true' }} as is_present,
        '{{ losses.get(table_name) }}' as lost_if_absent,
        {% if table_name == 'transactions' and setting('edition') == 'canonical' -%}
        -- Lines of one product in a basket are one row of the base table.
        cast(sum(n_raw_rows) as bigint) as n_rows
        {% else -%}
        count(*) as n_rows
        {% endif -%}
    from {{ ref('base_' ~ table_name) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

table_rejections as (

    select
        table_name,
        sum(n_rejected) as n_refused
    from rejected_rows
    group by table_name

),

final as (

    select
        table_sizes.table_number,
        table_sizes.table_name,
        table_sizes.is_present,
        table_sizes.lost_if_absent,
        table_sizes.n_rows,
        cast(coalesce(table_rejections.n_refused, 0) as bigint) as n_refused,
        coalesce(table_rejections.n_refused, 0) / nullif(table_sizes.n_rows, 0)
            as refused_share,
        {{ max_rejected_share('table_sizes.table_name') }} as max_share,
        coalesce(table_rejections.n_refused, 0) > {{ setting('max_rejected_rows') }}
        and coalesce(
            table_rejections.n_refused / nullif(table_sizes.n_rows, 0)
            > {{ max_rejected_share('table_sizes.table_name') }},
            false
        ) as is_stopping
    from table_sizes
    left join table_rejections on table_sizes.table_name = table_rejections.table_name

)

select * from final
order by table_number
