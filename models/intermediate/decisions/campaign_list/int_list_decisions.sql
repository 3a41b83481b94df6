with

flags as (

    select * from {{ ref('int_list_flags') }}

),

classes as (

    select * from {{ ref('int_list_classes') }}

),

draws as (

    select * from {{ ref('int_list_draws') }}

),

policies as (

    select * from {{ ref('int_list_policy') }}

),

final as (

    select
        flags.household_id,
        flags.valid_from_day,
        flags.was_sent_before,
        flags.is_opted_out,
        flags.is_global_holdout,
        flags.is_without_purchase,
        flags.is_without_prediction,
        flags.is_recently_contacted,
        flags.outside_support,
        flags.suppression,
        flags.suppression_reason,
        flags.last_campaign_id,
        flags.days_since_contact,
        classes.evidence_class,
        classes.propensity,
        draws.block_id,
        draws.list_part,
        draws.salt,
        policies.policy,
        policies.label as policy_label,
        policies.is_override as is_policy_override,
        coalesce(draws.is_targeted, false) as is_targeted,
        coalesce(draws.list_part = 'listed', false) as is_recommended,
        coalesce(draws.p_assign, 0) as p_assign,
        coalesce(draws.is_assigned, false) as is_assigned,
        coalesce(draws.list_part != 'not listed' and not draws.is_assigned, false)
            as is_holdout,
        case
            when flags.suppression is not null then 'suppressed'
            when draws.list_part = 'listed' and draws.is_assigned then 'send'
            when draws.list_part = 'as before' and draws.is_assigned
                then 'send as before'
            when draws.list_part != 'not listed' then 'hold out'
            when draws.is_assigned then 'explore'
            else 'do not send'
        end as decision
    from flags
    cross join policies
    inner join classes on flags.household_id = classes.household_id
    left join draws on flags.household_id = draws.household_id

)

select * from final
order by household_id
