with

rejected_rows as (

    select * from {{ ref('stg_rejected_rows') }}

),

known_duplicates as (

    select * from {{ ref('stg_known_duplicates') }}

),

left_out_sales as (

    select * from {{ ref('stg_left_out_sales') }}

),

left_out_targets as (

    select
        sum(n_targets) as n_targets,
        sum(n_without_purchase) as n_without_purchase
    from {{ ref('stg_left_out_targets') }}

),

left_out_rows as (

    select
        table_name,
        'broken rule' as fate,
        reason,
        n_rejected as n_left_out,
        n_rows,
        examples
    from rejected_rows
    union all
    select
        table_name,
        'repeated' as fate,
        'key stands in another row' as reason,
        n_duplicates as n_left_out,
        n_rows,
        null as examples
    from known_duplicates
    union all
    select
        'transactions' as table_name,
        'no customer' as fate,
        reason,
        n_lines as n_left_out,
        n_lines / line_share as n_rows,
        null as examples
    from left_out_sales
    union all
    select
        'campaign_targets' as table_name,
        'never bought' as fate,
        'household without a purchase in the data' as reason,
        n_without_purchase as n_left_out,
        n_targets as n_rows,
        null as examples
    from left_out_targets

),

final as (

    select
        table_name,
        fate,
        reason,
        cast(n_left_out as bigint) as n_left_out,
        cast(round(n_rows) as bigint) as n_rows,
        n_left_out / n_rows as share,
        examples
    from left_out_rows
    where n_left_out > 0

)

select * from final
order by table_name, fate, reason
