with

decisions as (

    select * from {{ ref('int_list_decisions') }}

),

units as (

    select * from {{ ref('int_list_units') }}

),

reasons as (

    select * from {{ ref('int_list_reasons') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

-- The list is valid from the first day after the data, where the data have dates.
valid_dates as (

    select
        max(day) as last_day,
        max_by(calendar_date, day) as last_date
    from {{ ref('int_calendar') }}

),

final as (

    select
        decisions.household_id,
        {{ source_id('decisions.household_id', 'household') }} as source_household_id,
        cast(units.segment_id as integer) as segment_id,
        segment_names.segment_name,
        decisions.propensity,
        decisions.evidence_class,
        units.cate as predicted_effect,
        units.cate_std_error as predicted_effect_std_error,
        units.margin,
        units.cost_per_contact,
        units.flat_cost,
        units.household_cost,
        units.profit as expected_profit,
        units.score_decile,
        decisions.list_part,
        decisions.block_id,
        decisions.policy,
        decisions.is_policy_override,
        decisions.is_recommended,
        decisions.decision,
        reasons.reason,
        decisions.p_assign,
        decisions.is_assigned,
        decisions.is_holdout,
        decisions.is_opted_out,
        decisions.is_global_holdout,
        decisions.is_without_purchase,
        decisions.is_without_prediction,
        decisions.is_recently_contacted,
        decisions.was_sent_before,
        decisions.outside_support is not null as is_outside_support,
        decisions.salt,
        decisions.valid_from_day,
        cast(
            valid_dates.last_date + cast(
                decisions.valid_from_day - valid_dates.last_day as integer
            ) as date
        ) as valid_from
    from decisions
    inner join units on decisions.household_id = units.household_id
    inner join segment_names on units.segment_id = segment_names.segment_id
    left join reasons on decisions.household_id = reasons.household_id
    cross join valid_dates

)

select * from final
order by household_id
