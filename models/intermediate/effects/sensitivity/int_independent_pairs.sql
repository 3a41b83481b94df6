with

matched_pairs as (

    select * from {{ ref('int_matched_pairs') }}

),

pair_households as (

    select
        *,
        household_id as member_id
    from matched_pairs
    union all
    select
        *,
        control_household_id as member_id
    from matched_pairs

),

ranked_pairs as (

    select
        *,
        row_number() over (
            partition by design, split_id, member_id
            order by distance, campaign_id, household_id, control_household_id
        ) as rank_of_member
    from pair_households

),

-- A pair is kept if it is the nearest of all pairs of both its households, so that no
-- household is in two pairs. The signed-rank test needs independent pairs, and a
-- control that is matched often would count often.
final as (

    select
        design,
        split_id,
        campaign_id,
        household_id,
        control_household_id
    from ranked_pairs
    group by design, split_id, campaign_id, household_id, control_household_id
    having max(rank_of_member) = 1

)

select * from final
order by design, split_id, campaign_id, household_id
