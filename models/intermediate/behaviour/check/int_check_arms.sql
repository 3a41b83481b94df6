with

campaigns as (

    select * from {{ ref('int_check_campaigns') }}

),

-- A design pools its campaigns. A household is sent one of them, and may be compared
-- with those of several.
arm_sizes as (

    select
        is_drawn,
        sum(n_treated) as n_treated,
        max(n_comparable) as n_comparable,
        max(min_arm_households) as min_arm_households
    from campaigns
    where obstacle is null
    group by is_drawn

),

campaign_totals as (

    select
        count(*) as n_campaigns,
        count(*) filter (where is_studied) as n_studied,
        count(*) filter (where obstacle is null) as n_ready,
        count(*) filter (where n_held_out > 0) as n_experiments
    from campaigns

),

-- The design that is nearest to being large enough.
largest_arms as (

    select
        *,
        least(n_treated, n_comparable) >= min_arm_households as is_large_enough,
        row_number() over (
            order by
                least(n_treated, n_comparable) / min_arm_households desc,
                is_drawn asc
        ) as place
    from arm_sizes

),

final as (

    select
        campaign_totals.n_campaigns,
        campaign_totals.n_studied,
        campaign_totals.n_ready,
        campaign_totals.n_experiments,
        coalesce(largest_arms.is_large_enough, false) as is_possible,
        largest_arms.n_treated,
        largest_arms.n_comparable,
        cast(largest_arms.min_arm_households as integer) as min_arm_households
    from campaign_totals
    left join largest_arms on largest_arms.place = 1

)

select * from final
