with

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

sent as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

households as (

    select distinct household_id
    from {{ ref('int_household_weeks') }}

),

first_campaigns as (

    select
        sent.household_id,
        campaigns.start_week_number as first_week_number,
        campaigns.campaign_type
    from sent
    inner join campaigns on sent.campaign_id = campaigns.campaign_id
    qualify
        row_number() over (
            partition by sent.household_id
            order by campaigns.start_day, campaigns.campaign_id
        ) = 1

),

first_weeks as (

    select min(week_number) as week_number
    from {{ ref('int_weeks') }}
    where is_whole

),

-- A household whose first campaign started before the data was sent one all along, so
-- it is neither a case nor a control.
followed as (

    select
        households.household_id,
        coalesce(first_campaigns.first_week_number, 0) as first_week_number,
        first_campaigns.campaign_type
    from households
    cross join first_weeks
    left join first_campaigns
        on households.household_id = first_campaigns.household_id
    where
        first_campaigns.household_id is null
        or first_campaigns.first_week_number > first_weeks.week_number

),

final as (

    select
        household_id,
        first_week_number,
        campaign_type,
        least(
            1.0, {{ var('group_time_max_households') }} / count(*) over ()
        ) as sampled_share
    from followed
    qualify
        row_number() over (
            order by md5('{{ var('fold_salt') }}_group_times_' || household_id)
        ) <= {{ var('group_time_max_households') }}

)

select * from final
order by household_id
