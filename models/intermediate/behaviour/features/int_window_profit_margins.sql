with

feature_windows as (

    select * from {{ ref('int_feature_windows') }}

),

lines as (

    select * from {{ ref('int_lines') }}

),

department_margins as (

    select * from {{ ref('department_margins') }}

),

-- Margins of departments enter as their difference from var margin, so that an empty
-- seed gives exactly var margin.
household_days as (

    select
        lines.household_id,
        lines.day,
        sum(lines.sales_value) as sales_value,
        sum(
            lines.sales_value
            * coalesce(
                department_margins.margin
                - cast({{ setting('margin') }} as decimal(6, 4)),
                0
            )
        ) as excess_value
    from lines
    left join department_margins
        on lines.department = department_margins.department
    where not lines.is_return
    group by lines.household_id, lines.day

),

-- Without sales there are no weights, and the margin is var margin.
final as (

    select
        feature_windows.household_id,
        feature_windows.window_id,
        {{ setting('margin') }} + coalesce(
            cast(sum(household_days.excess_value) as double)
            / nullif(cast(sum(household_days.sales_value) as double), 0),
            0
        ) as margin
    from feature_windows
    left join household_days
        on
            feature_windows.household_id = household_days.household_id
            and household_days.day
            between feature_windows.start_day and feature_windows.end_day
    group by feature_windows.household_id, feature_windows.window_id

)

select * from final
order by household_id, window_id
