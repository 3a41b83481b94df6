with

households as (

    select * from {{ ref('int_first_campaigns') }}

),

household_weeks as (

    select * from {{ ref('int_household_weeks') }}

),

final as (

    select
        households.household_id,
        household_weeks.week_number,
        households.first_week_number,
        cast(household_weeks.sales_value as double) as sales
    from households
    inner join household_weeks
        on households.household_id = household_weeks.household_id

)

select * from final
order by household_id, week_number
