-- If this fails, staging loses or multiplies rows (a filter, or a join on a key that
-- repeats): each raw row must be staged, reported as rejected, counted as a known
-- duplicate, or left out because it belongs to no customer.
{% set table_names = [
    'transactions', 'products', 'households', 'campaigns', 'campaign_targets',
    'coupons', 'coupon_redemptions', 'promotions'
] %}
{#- Lines of a retailer's own are summed by basket and product after they are read. -#}
{% set is_own = setting('edition') == 'canonical' %}

with

rejected_rows as (

    select * from {{ ref('stg_rejected_rows') }}

),

known_duplicates as (

    select * from {{ ref('stg_known_duplicates') }}

),

left_out_rows as (

    select
        'transactions' as table_name,
        sum(n_lines) as n_left_out
    from {{ ref('stg_left_out_sales') }}
    union all
    select
        'campaign_targets' as table_name,
        sum(n_without_purchase) as n_left_out
    from {{ ref('stg_left_out_targets') }}
    union all
    select
        'households' as table_name,
        count(*) as n_left_out
    from {{ ref('base_households') }}
    where reject_reason is null and not is_repeat and not has_purchases

),

raw_counts as (

    {% for table_name in table_names -%}
    select
        '{{ table_name }}' as table_name,
        count(*) as n_raw_rows
    from {{ ref('base_' ~ setting('edition') ~ '__' ~ (
        'lines' if is_own and table_name == 'transactions' else table_name
    )) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

staged_counts as (

    {% for table_name in table_names -%}
    select
        '{{ table_name }}' as table_name,
        count(*) as n_staged_rows
    from {{ ref('stg_' ~ table_name) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

rejected_counts as (

    select
        table_name,
        sum(n_rejected) as n_rejected
    from rejected_rows
    group by table_name

),

accounts as (

    select
        raw_counts.table_name,
        raw_counts.n_raw_rows,
        staged_counts.n_staged_rows,
        coalesce(rejected_counts.n_rejected, 0) as n_rejected,
        coalesce(known_duplicates.n_duplicates, 0) as n_duplicates,
        coalesce(left_out_rows.n_left_out, 0) as n_left_out
    from raw_counts
    inner join staged_counts on raw_counts.table_name = staged_counts.table_name
    left join rejected_counts on raw_counts.table_name = rejected_counts.table_name
    left join known_duplicates on raw_counts.table_name = known_duplicates.table_name
    left join left_out_rows on raw_counts.table_name = left_out_rows.table_name

),

unbalanced_tables as (

    select * from accounts
    where n_raw_rows != n_staged_rows + n_rejected + n_duplicates + n_left_out

)

select * from unbalanced_tables
