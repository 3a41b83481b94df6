with

feature_windows as (

    select * from {{ ref('int_feature_windows') }}

),

promoted_lines as (

    select * from {{ ref('int_promoted_lines') }}

),

final as (

    select
        feature_windows.household_id,
        feature_windows.window_id,
        count(*) filter (where promoted_lines.has_display) as n_display_lines,
        count(*) filter (where promoted_lines.has_mailer) as n_mailer_lines
    from feature_windows
    inner join promoted_lines
        on
            feature_windows.household_id = promoted_lines.household_id
            and promoted_lines.day
            between feature_windows.start_day and feature_windows.end_day
    group by feature_windows.household_id, feature_windows.window_id

)

select * from final
