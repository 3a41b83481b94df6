with

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

brackets as (

    select * from {{ ref('int_campaign_brackets') }}

),

-- Both estimates have to say it, so the larger p-value counts.
tested as (

    select
        campaigns.*,
        brackets.n_sent as n_compared,
        brackets.unadjusted_estimate,
        brackets.adjusted_estimate,
        brackets.bracket_lower,
        brackets.bracket_upper,
        coalesce(brackets.has_both, false) as has_both,
        coalesce(brackets.is_placebo_failed, false) as is_placebo_failed,
        case
            when not brackets.has_both then null
            when brackets.is_same_sign then brackets.p_value
            else 1
        end as p_value
    from campaigns
    left join brackets
        on 'campaign ' || campaigns.campaign_id = brackets.scope

),

ranked as (

    select
        *,
        1 as family,
        {{ family_rank('p_value', 'family') }}
    from tested

),

judged as (

    select
        *,
        {{ q_value('p_value', 'family', 'n_family_tests', 'p_rank') }} as q_value
    from ranked

),

answers as (

    select
        *,
        case
            when exclusion_reason is not null then 'not known'
            when not has_both then 'too few'
            when is_placebo_failed then 'biased'
            when q_value > {{ var('impact_false_discovery_rate') }} then 'unclear'
            when adjusted_estimate > 0 then 'raised sales'
            else 'lowered sales'
        end as answer
    from judged

),

final as (

    select
        *,
        case answer
            when 'not known' then 'It cannot be known: ' || exclusion_reason || '.'
            when 'too few'
                then 'It cannot be known: ' || coalesce(n_compared, 0)
                    || ' households that were sent it can be compared, '
                    || '{{ var("impact_min_sent") }} are needed.'
            when 'biased'
                then 'It cannot be known: before the campaign, where there can be no '
                    || 'effect, the same method finds one.'
            else
                'Between ' || {{ in_money('bracket_lower', 2) }} || ' and '
                || {{ in_money('bracket_upper', 2) }}
                || ' of sales a week per household that was sent it: '
                || case answer
                    when 'unclear' then 'it may have raised or lowered them.'
                    when 'raised sales' then 'it raised them.'
                    else 'it lowered them.'
                end
        end as verdict
    from answers

)

select
    campaign_id,
    campaign_type,
    answer,
    verdict,
    n_sent,
    n_compared,
    n_pre_weeks,
    n_effect_weeks,
    unadjusted_estimate,
    adjusted_estimate,
    bracket_lower,
    bracket_upper,
    is_placebo_failed,
    p_value,
    q_value
from final
order by campaign_id
