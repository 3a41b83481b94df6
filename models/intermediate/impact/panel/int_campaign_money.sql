with

campaigns as (

    select *
    from {{ ref('int_impact_campaigns') }}
    where exclusion_reason is null

),

unit_matches as (

    select * from {{ ref('int_unit_matches') }}

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

),

contacts as (

    select
        campaign_id,
        count(*) as n_contacts
    from {{ ref('int_impact_units') }}
    where is_sent
    group by campaign_id

),

-- Of the same households and weeks as the effect.
matches as (

    select
        unit_matches.campaign_id,
        cast(sum(unit_matches.coupon_match) as double) as coupon_match
    from unit_matches
    inner join campaigns on unit_matches.campaign_id = campaigns.campaign_id
    where unit_matches.day <= campaigns.effect_end_day
    group by unit_matches.campaign_id

),

final as (

    select
        campaigns.campaign_id,
        campaigns.n_effect_weeks,
        contacts.n_contacts,
        contacts.n_contacts * contact_cost.common_cost as contact_cost,
        coalesce(matches.coupon_match, 0) as coupon_match,
        contacts.n_contacts * contact_cost.common_cost
        + coalesce(matches.coupon_match, 0) as cost
    from campaigns
    cross join contact_cost
    inner join contacts on campaigns.campaign_id = contacts.campaign_id
    left join matches on campaigns.campaign_id = matches.campaign_id

)

select * from final
order by campaign_id
