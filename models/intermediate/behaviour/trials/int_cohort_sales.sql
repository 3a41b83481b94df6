with

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

panel_rows as (

    select * from {{ ref('int_panel_rows') }}

),

data_bounds as (

    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_calendar') }}

),

-- The outcome window of a campaign, and one as long that ends the day before it starts.
campaign_windows as (

    select
        trial_campaigns.campaign_id,
        cast(trial_campaigns.campaign_id as varchar) as window_name,
        2 * trial_campaigns.time_zero_day - trial_campaigns.outcome_end_day - 1
            as first_day,
        trial_campaigns.time_zero_day,
        trial_campaigns.outcome_end_day as last_day
    from {{ ref('int_trial_campaigns') }} as trial_campaigns
    where trial_campaigns.design = 'first_any'

),

households as (

    select
        household_id,
        min(start_day) filter (where is_studied) as time_zero_day
    from panel_rows
    group by household_id

),

-- Windows of campaigns that lie in the data, and one of all days, which the start of
-- the first studied campaign parts.
rows_in_time as (

    select
        panel_rows.household_id,
        campaign_windows.window_name,
        campaign_windows.first_day,
        campaign_windows.time_zero_day,
        campaign_windows.last_day
    from panel_rows
    inner join campaign_windows on panel_rows.campaign_id = campaign_windows.campaign_id
    cross join data_bounds
    where campaign_windows.first_day >= data_bounds.first_day
    union all
    select
        households.household_id,
        'all days' as window_name,
        data_bounds.first_day,
        households.time_zero_day,
        data_bounds.last_day
    from households
    cross join data_bounds

),

totals as (

    select
        rows_in_time.household_id,
        rows_in_time.window_name,
        rows_in_time.time_zero_day - rows_in_time.first_day as n_days_before,
        rows_in_time.last_day - rows_in_time.time_zero_day + 1 as n_days_after,
        coalesce(sum(purchase_days.sales_value) filter (
            where purchase_days.day < rows_in_time.time_zero_day
        ), 0) as sales_before,
        coalesce(sum(purchase_days.sales_value) filter (
            where purchase_days.day >= rows_in_time.time_zero_day
        ), 0) as sales_after
    from rows_in_time
    left join purchase_days
        on
            rows_in_time.household_id = purchase_days.household_id
            and purchase_days.day
            between rows_in_time.first_day and rows_in_time.last_day
    group by
        rows_in_time.household_id,
        rows_in_time.window_name,
        rows_in_time.first_day,
        rows_in_time.time_zero_day,
        rows_in_time.last_day

),

final as (

    select
        household_id,
        window_name,
        7 * sales_before / n_days_before as sales_before,
        7 * sales_after / n_days_after as sales_after
    from totals

)

select * from final
order by household_id, window_name
