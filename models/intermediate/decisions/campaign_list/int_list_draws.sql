with

targets as (

    select * from {{ ref('int_list_targets') }}

),

units as (

    select * from {{ ref('int_list_units') }}

),

-- The day is part of the salt, so that each campaign has another draw.
salted_targets as (

    select
        targets.household_id,
        targets.is_targeted,
        targets.list_part,
        targets.p_assign,
        units.segment_id || '-' || units.score_decile as block_id,
        units.segment_id,
        units.score_decile,
        '{{ var("list_salt") }}' || '_' || units.valid_from_day as salt
    from targets
    inner join units on targets.household_id = units.household_id

),

-- Systematic sampling. Households are ordered by block, and inside a block by salt.
-- Their p_assign are added up in this order, in whole millionths, from a start that the
-- salt decides. A household is drawn if it makes the sum pass a whole number. So it is
-- drawn with probability p_assign exactly. Of n households in a block n * p_assign are
-- drawn, rounded up or down, and the same holds for all blocks together.
numbered_targets as (

    select
        *,
        row_number() over (
            partition by list_part
            order by
                segment_id asc,
                score_decile asc,
                md5(salt || '|' || household_id) asc,
                household_id asc
        ) as place,
        {{ salted_bucket('list_part', 'salt', 1000000) }} as start_millionths,
        cast(1000000 * p_assign as bigint) as p_millionths
    from salted_targets

),

final as (

    select
        household_id,
        block_id,
        is_targeted,
        list_part,
        cast(p_assign as double) as p_assign,
        (start_millionths + place * p_millionths) // 1000000
        > (start_millionths + (place - 1) * p_millionths) // 1000000 as is_assigned,
        salt
    from numbered_targets

)

select * from final
order by household_id
