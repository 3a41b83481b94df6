with

feature_rows as (

    select * from {{ ref('int_feature_rows') }}
    where window_id = 'full'

),

features as (

    select * from {{ ref('features') }}

),

demographic_values as (

    select * from {{ ref('int_demographic_values') }}

),

sent_households as (

    select distinct household_id from {{ ref('stg_campaign_targets') }}
    where is_sent

),

redeeming_households as (

    select distinct household_id from {{ ref('stg_coupon_redemptions') }}

),

-- Comparing pairs of variables is as dear as a fit: more households are sampled.
households as (

    select distinct household_id from {{ ref('int_fit_features') }}

),

campaign_flags as (

    select
        household_id,
        household_id in (from sent_households) as was_sent,
        household_id in (from redeeming_households) as has_redeemed
    from households

),

all_values as (

    select
        feature_rows.household_id,
        features.feature as variable,
        1 as group_number,
        features.position as group_position,
        case when features.unit = 'share of households' then 'binary' else 'number' end
            as scale,
        feature_rows.feature_value as number_value,
        cast(null as varchar) as level
    from feature_rows
    inner join features on feature_rows.feature = features.feature
    where feature_rows.feature_value is not null
    union all
    select
        household_id,
        variable,
        2 as group_number,
        0 as group_position,
        scale,
        number_value,
        level
    from demographic_values
    union all
    select
        household_id,
        variable,
        3 as group_number,
        0 as group_position,
        'binary' as scale,
        cast(flag as double) as number_value,
        cast(null as varchar) as level
    from campaign_flags
    unpivot (flag for variable in (was_sent, has_redeemed))

),

final as (

    select
        all_values.household_id,
        all_values.variable,
        case all_values.group_number
            when 1 then 'feature' when 2 then 'demographic' else 'campaign'
        end as variable_group,
        dense_rank() over (
            order by
                all_values.group_number, all_values.group_position, all_values.variable
        ) as position,
        all_values.scale,
        all_values.number_value,
        case
            when all_values.scale != 'binary' then all_values.level
            when all_values.number_value = 1 then 'yes'
            else 'no'
        end as level
    from all_values
    inner join households on all_values.household_id = households.household_id

)

select * from final
order by position, household_id
