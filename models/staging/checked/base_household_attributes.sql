with

households as (

    select
        household_id,
        age,
        income,
        home_ownership,
        marital_status,
        household_size,
        household_composition,
        kids_count
    from {{ ref('base_households') }}
    where reject_reason is null

),

final as (

    unpivot households
    on columns(* exclude household_id)
    into name attribute value level

)

select * from final
