{#- There is no limit if the var is null. -#}
{%- set min_days = setting('min_days_between_contacts') or 0 -%}
with

exposures as (

    select * from {{ ref('int_latest_exposures') }}

),

covariates as (

    select * from {{ ref('int_latest_covariates') }}

),

effects as (

    select * from {{ ref('py_household_effects') }}

),

opt_outs as (

    select * from {{ ref('suppressed_households') }}

),

support as (

    select * from {{ ref('int_list_support') }}

),

flags as (

    select
        exposures.household_id,
        exposures.time_zero_day,
        exposures.was_sent_before,
        exposures.was_sent_latest,
        exposures.last_campaign_id,
        exposures.days_since_contact,
        opt_outs.household_id is not null as is_opted_out,
        {{ salted_bucket(
            'exposures.household_id', "'" ~ var('global_holdout_salt') ~ "'", 10000
        ) }} < 10000 * {{ setting('global_holdout_share') }} as is_global_holdout,
        opt_outs.suppression_reason,
        covariates.household_id is null as is_without_purchase,
        effects.household_id is null as is_without_prediction,
        coalesce(exposures.days_since_contact < {{ min_days }}, false)
            as is_recently_contacted,
        support.outside_support
    from exposures
    left join opt_outs on exposures.household_id = opt_outs.household_id
    left join covariates on exposures.household_id = covariates.household_id
    left join effects on exposures.household_id = effects.household_id
    left join support on exposures.household_id = support.household_id

),

-- Only the first reason not to send is kept. An opt-out comes before all others.
final as (

    select
        household_id,
        cast(time_zero_day as integer) as valid_from_day,
        was_sent_before,
        was_sent_latest,
        last_campaign_id,
        days_since_contact,
        suppression_reason,
        is_opted_out,
        is_global_holdout,
        is_without_purchase,
        is_without_prediction,
        is_recently_contacted,
        outside_support,
        case
            when is_opted_out then 'opted out'
            when is_global_holdout then 'global holdout'
            when is_without_purchase then 'no purchase'
            when is_without_prediction then 'no prediction'
            when is_recently_contacted then 'recently contacted'
        end as suppression
    from flags

)

select * from final
order by household_id
