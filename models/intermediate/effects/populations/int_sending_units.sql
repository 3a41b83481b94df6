with

estimation_units as (

    select *
    from {{ ref('int_estimation_units') }}
    where is_main_design

),

-- A rule that was searched for and counted on the same households would look stricter
-- than it is. One half of the households grows the tree, the other half is counted.
final as (

    select
        *,
        {{ salted_bucket(
            "household_id", "'" ~ var('fold_salt') ~ "_sending'", 2
        ) }} = 0 as is_fit_unit
    from estimation_units

)

select * from final
order by design, campaign_id, household_id
