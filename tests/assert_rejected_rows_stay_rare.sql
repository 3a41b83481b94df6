-- If this fails, more than var max_rejected_share of a raw table's rows were set
-- aside, and more than var max_rejected_rows: the file is broken rather than dirty, and
-- figures from what is left would mislead. All staging models wait for this test, so
-- the build stops here. The reasons, with examples, are in staging.stg_rejected_rows.
{% set limits = setting('max_rejected_share') %}
{% set by_table = limits if limits is mapping else {'default': limits} %}

with

rejected_rows as (

    select * from {{ ref('stg_rejected_rows') }}

),

table_shares as (

    select
        table_name,
        sum(n_rejected) as n_rejected,
        max(n_rows) as n_rows,
        sum(rejected_share) as rejected_share,
        case
            {% for name, limit in by_table.items() if name != 'default' -%}
            when table_name = '{{ name }}' then {{ limit }}
            {% endfor -%}
            when true then {{ by_table.get('default', 0.001) }}
        end as max_share,
        arg_max(reason, n_rejected) as main_reason,
        arg_max(examples, n_rejected) as examples
    from rejected_rows
    group by table_name

),

broken_tables as (

    select
        *,
        table_name || ': ' || n_rejected || ' of ' || n_rows || ' rows were set aside, '
        || 'most because "' || main_reason || '", as in ' || left(examples, 300)
        || '; the limit is ' || max_share || ' of the rows (var max_rejected_share). '
        || 'Mend the rows, or raise the limit if they may be left out.' as problem
    from table_shares
    where rejected_share > max_share and n_rejected > {{ setting('max_rejected_rows') }}

)

select * from broken_tables
