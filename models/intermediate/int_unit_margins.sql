with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

lines as (

    select * from {{ ref('int_lines') }}

),

department_margins as (

    select * from {{ ref('department_margins') }}

),

-- What departments leave beyond var margin: with an empty seed exactly nothing.
household_days as (

    select
        lines.household_id,
        lines.day,
        sum(lines.sales_value) as sales_value,
        sum(
            lines.sales_value
            * coalesce(
                department_margins.margin
                - cast({{ var('margin') }} as decimal(6, 4)),
                0
            )
        ) as excess_value
    from lines
    left join department_margins
        on lines.department = department_margins.department
    group by lines.household_id, lines.day

),

-- Designs that look back on the same days share them.
lookbacks as (

    select distinct
        household_id,
        lookback_start_day,
        lookback_end_day
    from trial_units

),

lookback_margins as (

    select
        lookbacks.household_id,
        lookbacks.lookback_start_day,
        lookbacks.lookback_end_day,
        cast(sum(household_days.excess_value) as double)
        / cast(sum(household_days.sales_value) as double) as excess_margin
    from lookbacks
    inner join household_days
        on
            lookbacks.household_id = household_days.household_id
            and household_days.day
            between lookbacks.lookback_start_day and lookbacks.lookback_end_day
    group by
        lookbacks.household_id,
        lookbacks.lookback_start_day,
        lookbacks.lookback_end_day
    -- Nothing bought, nothing to weigh by.
    having sum(household_days.sales_value) > 0

),

final as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        {{ var('margin') }} + coalesce(lookback_margins.excess_margin, 0) as margin
    from trial_units
    left join lookback_margins
        on
            trial_units.household_id = lookback_margins.household_id
            and trial_units.lookback_start_day = lookback_margins.lookback_start_day
            and trial_units.lookback_end_day = lookback_margins.lookback_end_day

)

select * from final
order by design, campaign_id, household_id
