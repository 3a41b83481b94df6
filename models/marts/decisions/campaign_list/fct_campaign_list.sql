with

decisions as (

    select * from {{ ref('int_list_decisions') }}

),

units as (

    select
        *,
        margin * cate - {{ var('cost_per_contact') }} as profit,
        margin * ci_lower - {{ var('cost_per_contact') }} as profit_lower,
        margin * ci_upper - {{ var('cost_per_contact') }} as profit_upper
    from {{ ref('int_list_units') }}

),

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

-- Of the first day after the data, where the data have dates.
valid_dates as (

    select
        max(day) as last_day,
        max_by(calendar_date, day) as last_date
    from {{ ref('int_calendar') }}

),

worded_units as (

    select
        *,
        'predicted profit of a contact ' || {{ in_dollars('profit') }}
        || ', 95 % interval ' || {{ in_dollars('profit_lower') }}
        || ' to ' || {{ in_dollars('profit_upper') }}
        || case
            when profit_lower > 0 or profit_upper < 0 then ''
            else ', so it may earn or lose'
        end as prediction_words
    from units

),

final as (

    select
        decisions.household_id,
        cast(units.segment_id as integer) as segment_id,
        segment_names.segment_name,
        units.cate as predicted_effect,
        units.ci_lower as predicted_effect_ci_lower,
        units.ci_upper as predicted_effect_ci_upper,
        units.margin,
        units.profit as expected_profit,
        units.profit_lower as expected_profit_ci_lower,
        units.profit_upper as expected_profit_ci_upper,
        units.score_decile,
        decisions.block_id,
        decisions.policy,
        decisions.is_policy_override,
        decisions.is_recommended,
        decisions.decision,
        case decisions.decision
            when 'suppressed' then 'Suppressed: ' || decisions.suppress_reason
            when 'send' then 'Recommended by ' || decisions.policy_words || ': '
            when 'hold out'
                then 'Recommended by ' || decisions.policy_words
                    || ', but drawn at random to be left alone, which shows what the '
                    || 'campaign earns: '
            when 'explore'
                then 'Not recommended by ' || decisions.policy_words
                    || ', but drawn at random to be sent, which shows what the rule '
                    || 'misses: '
            else
                case
                    when decisions.is_targeted
                        then 'Recommended by ' || decisions.policy_words
                            || ', but others are worth more under the cap: '
                    when
                        decisions.policy = 'treat_none'
                        and not decisions.is_policy_override
                        then 'No policy surely earns more than sending nothing: '
                    else 'Not recommended by ' || decisions.policy_words || ': '
                end
        end
        || case
            when decisions.decision = 'suppressed' then ''
            else units.prediction_words
                || case
                    when decisions.was_sent_before
                        then '; was sent such a campaign before, and the prediction is '
                            || 'that of a first one'
                    else ''
                end
                || coalesce(
                    '; beyond what the trials saw in: ' || decisions.outside_support, ''
                )
        end
        || '.' as reason,
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
    inner join worded_units as units on decisions.household_id = units.household_id
    inner join segment_names on units.segment_id = segment_names.segment_id
    cross join valid_dates

)

select * from final
order by household_id
