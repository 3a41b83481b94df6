with

tables as (

    select * from {{ ref('int_check_tables') }}

),

rejected_rows as (

    select * from {{ ref('stg_rejected_rows') }}

),

column_uses as (

    select
        table_name,
        column_use,
        string_agg(column_name, ', ' order by column_name) as names
    from {{ ref('int_check_columns') }}
    where column_use != 'read'
    group by table_name, column_use

),

findings as (

    select * from {{ ref('int_check_findings') }}

),

outputs as (

    select * from {{ ref('int_check_outputs') }}

),

campaigns as (

    select * from {{ ref('int_check_campaigns') }}

),

report_lines as (

    select
        1 as section,
        table_number as place,
        {{ raw_table_in_words() }} as line
    from tables
    union all
    select
        2 as section,
        row_number() over (order by table_name, column_use) as place,
        rpad(table_name, 20, ' ') || column_use || ': ' || names as line
    from column_uses
    union all
    select
        3 as section,
        row_number() over (
            order by rejected_share desc, n_rejected desc, reason asc
        ) as place,
        table_name || ': ' || reason || ': ' || {{ in_digits('n_rejected', 0) }}
        || ' of ' || {{ counted('n_rows', 'row') }} || ' ('
        || {{ in_per_cent('rejected_share', 2) }} || '), such as'
        || chr(10) || '      ' || replace(examples, ' | ', chr(10) || '      ') as line
    from rejected_rows
    union all
    select
        4 as section,
        finding_number as place,
        sentence as line
    from findings
    union all
    select
        5 as section,
        place,
        rpad(output, 20, ' ') || sentence as line
    from outputs
    union all
    select
        6 as section,
        row_number() over (order by start_day, campaign_id) as place,
        {{ campaign_in_words() }} as line
    from campaigns
    where is_studied
    union all
    select
        6 as section,
        100000 as place,
        'Campaigns of types that are not studied (var studied_campaign_types): '
        || count(*) || ' (' || string_agg(distinct campaign_type, ', ')
        || '). They count as what else a household was sent.' as line
    from campaigns
    where not is_studied
    having count(*) > 0

),

final as (

    select
        section,
        place,
        line
    from report_lines

)

select * from final
order by section, place
