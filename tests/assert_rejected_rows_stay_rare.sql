-- If this fails, more than var max_rejected_share of a raw table's rows were set aside:
-- the file is broken rather than dirty, and figures from what is left would mislead.
-- All staging models wait for this test, so the build stops here. The reasons, with
-- examples, are in staging.stg_rejected_rows.

with

rejected_rows as (

    select * from {{ ref('stg_rejected_rows') }}

),

table_shares as (

    select
        table_name,
        sum(n_rejected) as n_rejected,
        max(n_rows) as n_rows,
        sum(rejected_share) as rejected_share
    from rejected_rows
    group by table_name

),

broken_tables as (

    select * from table_shares
    where rejected_share > {{ var('max_rejected_share') }}

)

select * from broken_tables
