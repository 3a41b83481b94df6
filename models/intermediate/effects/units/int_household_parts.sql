with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

drawn_households as (

    select
        household_id,
        {{ salted_bucket("household_id", "'" ~ var('fold_salt') ~ "_parts'", 100) }}
            as part_bucket
    from estimation_units
    group by household_id

),

final as (

    select
        household_id,
        case
            when part_bucket < 100 * {{ var('choose_share') }} then 'choose'
            when
                part_bucket
                < 100 * ({{ var('choose_share') }} + {{ var('validate_share') }})
                then 'validate'
            else 'report'
        end as part
    from drawn_households

)

select * from final
order by household_id
