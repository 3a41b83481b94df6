with

households as (

    select * from {{ ref('int_first_campaigns') }}

),

weeks as (

    select *
    from {{ ref('int_weeks') }}
    where is_whole

),

household_weeks as (

    select * from {{ ref('int_household_weeks') }}

),

final as (

    select
        households.household_id,
        weeks.week_number,
        households.first_week_number,
        cast(coalesce(household_weeks.sales_value, 0) as double) as sales
    from households
    cross join weeks
    left join household_weeks
        on
            households.household_id = household_weeks.household_id
            and weeks.week_number = household_weeks.week_number

)

select * from final
order by household_id, week_number
