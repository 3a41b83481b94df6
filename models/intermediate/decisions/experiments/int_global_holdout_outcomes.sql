with

units as (

    select * from {{ ref('int_global_holdout_units') }}

),

purchase_days as (

    select * from {{ ref('int_purchase_days') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

unit_days as (

    select
        purchase_days.household_id,
        purchase_days.sales_value,
        purchase_days.n_baskets,
        purchase_days.coupon_match_discount,
        purchase_days.day < units.start_day as is_lookback
    from units
    inner join purchase_days
        on
            units.household_id = purchase_days.household_id
            and purchase_days.day
            between units.start_day - {{ edition_value('lookback_days') }}
            and units.end_day

),

household_sums as (

    select
        household_id,
        {{ window_sums(
            'sales_value', 'n_baskets', 'coupon_match_discount', 'is_lookback'
        ) }}
    from unit_days
    group by household_id

),

final as (

    select
        units.household_id,
        units.is_global_holdout,
        metrics.metric,
        {{ window_metrics('metrics', 'household_sums') }}
    from units
    cross join metrics
    left join household_sums on units.household_id = household_sums.household_id

)

select * from final
order by household_id, metric
