with

leaves as (

    select * from {{ ref('int_sending_leaves') }}

),

excluded_rules as (

    select *
    from {{ ref('int_sending_rules') }}
    where is_excluded

),

final as (

    select
        leaves.design,
        leaves.campaign_id,
        leaves.household_id
    from leaves
    inner join excluded_rules
        on
            leaves.design = excluded_rules.design
            and leaves.leaf_id = excluded_rules.leaf_id

)

select * from final
order by design, campaign_id, household_id
