with

policy_units as (

    select * from {{ ref('int_policy_units') }}

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

),

-- A number in the order of a hash tells households apart and says nothing of them.
numbered_households as (

    select
        policy_units.*,
        contact_cost.cost_per_contact as flat_cost,
        dense_rank() over (
            partition by policy_units.design
            order by
                md5(concat('{{ var("fold_salt") }}_', policy_units.household_id)),
                policy_units.household_id
        ) as household_number
    from policy_units
    cross join contact_cost

),

final as (

    select
        design,
        population,
        cast(split_id as integer) as split_id,
        cast(household_number as integer) as household_number,
        cast(
            row_number() over (
                partition by design, population, split_id
                order by household_number, campaign_id
            ) as integer
        ) as unit_number,
        cast(segment_id as integer) as segment_id,
        is_treated = 1 as is_treated,
        dr_score,
        att_score,
        cate as predicted_effect,
        rank_share,
        margin,
        flat_cost as cost_per_contact,
        profit_cost
    from numbered_households

)

select * from final
order by design, population, split_id, unit_number
