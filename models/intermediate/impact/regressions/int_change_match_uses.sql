with

pairs as (

    select * from {{ ref('int_change_pairs') }}

),

calipers as (

    select cast(unnest({{ var('impact_calipers') }}) as double) as caliper

),

pair_members as (

    select
        calipers.caliper,
        pairs.campaign_id,
        pairs.household_id,
        true as is_sent
    from pairs
    inner join calipers on pairs.distance <= calipers.caliper
    union all
    select
        calipers.caliper,
        pairs.campaign_id,
        pairs.other_household_id as household_id,
        false as is_sent
    from pairs
    inner join calipers on pairs.distance <= calipers.caliper

),

final as (

    select
        caliper,
        campaign_id,
        household_id,
        is_sent,
        count(*) as n_uses
    from pair_members
    group by caliper, campaign_id, household_id, is_sent

)

select * from final
order by caliper, campaign_id, household_id
