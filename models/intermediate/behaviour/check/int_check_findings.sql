with

findings as (

    select * from {{ ref('int_check_days') }}
    union all
    select * from {{ ref('int_check_ids') }}
    union all
    select * from {{ ref('int_check_lines') }}
    union all
    select * from {{ ref('int_check_sales') }}
    union all
    select * from {{ ref('int_check_levels') }}
    union all
    select * from {{ ref('int_check_plans') }}

),

final as (

    select
        row_number() over (
            order by finding asc, number desc, sentence asc
        ) as finding_number,
        finding,
        cast(number as double) as number,
        sentence
    from findings

)

select * from final
order by finding_number
