with

purchase_days as (

    select *
    from {{ ref('int_purchase_days') }}
    where n_baskets > 0

),

latest_windows as (

    select *
    from {{ ref('int_feature_windows') }}
    where window_id = 'latest'

),

final as (

    select
        count(distinct latest_windows.household_id) as n_households,
        {{ normal_quantile('1 - ' ~ var('power_alpha') ~ ' / 2') }} as level_quantile,
        {{ normal_quantile(var('power_target')) }} as power_quantile
    from latest_windows
    inner join purchase_days
        on
            latest_windows.household_id = purchase_days.household_id
            and purchase_days.day
            between latest_windows.start_day and latest_windows.end_day

)

select * from final
