{%- set shares = var('impact_top_shares') -%}

with

ranks as (

    select * from {{ ref('int_uplift_ranks') }}

),

top_shares as (

    select unnest({{ shares }}) as top_share

),

deciles as (

    select
        ranking,
        'decile' as group_kind,
        cast(decile as double) as group_value,
        campaign_id,
        household_id
    from ranks
    where ranking in ('t_learner', 's_learner')

),

top_units as (

    select
        ranks.ranking,
        'top' as group_kind,
        cast(top_shares.top_share as double) as group_value,
        ranks.campaign_id,
        ranks.household_id
    from ranks
    inner join top_shares
        -- Not 8 units for 0.07 of 100, a product just above 7.
        on ceil(round(top_shares.top_share * ranks.n_ranked, 9)) >= ranks.place

),

agreed_units as (

    select
        'all_three' as ranking,
        group_kind,
        group_value,
        campaign_id,
        household_id
    from top_units
    where ranking in ('t_learner', 's_learner', 'sales_before')
    group by group_kind, group_value, campaign_id, household_id
    having count(*) = 3

),

-- What a random choice brings on average, whatever its size.
everyone as (

    select
        'random' as ranking,
        'all' as group_kind,
        1.0 as group_value,
        campaign_id,
        household_id
    from ranks
    where ranking = 't_learner'

),

final as (

    select * from deciles
    union all
    select * from top_units
    union all
    select * from agreed_units
    union all
    select * from everyone

)

select * from final
order by ranking, group_kind, group_value, campaign_id, household_id
