with

feature_windows as (

    select * from {{ ref('int_feature_windows') }}

),

lines as (

    select * from {{ ref('int_lines') }}

),

followed_lines as (

    select
        household_id,
        day,
        lead(day) over (partition by household_id, product_id order by day)
            as next_day
    from lines
    where is_item_line

),

repeated_lines as (

    select * from followed_lines
    where next_day is not null

),

final as (

    select
        feature_windows.household_id,
        feature_windows.window_id,
        count(*) as n_repeats
    from feature_windows
    inner join repeated_lines
        on
            feature_windows.household_id = repeated_lines.household_id
            and feature_windows.start_day <= repeated_lines.day
            and feature_windows.end_day >= repeated_lines.next_day
    group by feature_windows.household_id, feature_windows.window_id

)

select * from final
