with

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

brackets as (

    select * from {{ ref('int_campaign_brackets') }}

),

-- Both estimates have to say it, so the larger p-value counts. A campaign whose
-- estimates are not valid is no test.
tested as (

    select
        campaigns.campaign_id,
        campaigns.campaign_type,
        campaigns.n_sent as n_contacted,
        campaigns.n_pre_weeks,
        campaigns.n_effect_weeks,
        brackets.*,
        case
            when brackets.first_code is not null then null
            when brackets.is_same_sign then brackets.p_value
            else 1
        end as tested_p_value,
        case
            when brackets.first_code is not null then null
            when brackets.is_same_profit_sign then brackets.profit_p_value
            else 1
        end as tested_profit_p_value
    from campaigns
    inner join brackets on 'campaign ' || campaigns.campaign_id = brackets.scope

),

ranked as (

    select
        *,
        1 as family,
        {{ family_rank('tested_p_value', 'family') }}
    from tested

),

profit_ranked as (

    select
        *,
        {{ q_value('tested_p_value', 'family', 'n_family_tests', 'p_rank') }}
            as q_value,
        n_family_tests as n_tests,
        count(tested_profit_p_value) over (order by tested_profit_p_value nulls last)
            as profit_p_rank
    from ranked

),

judged as (

    select
        *,
        {{ q_value(
            'tested_profit_p_value', 'family', 'n_tests', 'profit_p_rank'
        ) }} as profit_q_value
    from profit_ranked

),

final as (

    select
        *,
        case
            when first_code = 'not followed' then 'not known'
            when first_code = 'size' then 'too few'
            when first_code = 'placebo' then 'biased'
            when first_code = 'power' then 'too uncertain'
            when first_code is not null then 'not comparable'
            when q_value > {{ var('impact_false_discovery_rate') }} then 'unclear'
            when estimate_adjusted > 0 then 'raised sales'
            else 'lowered sales'
        end as answer,
        case
            when profit_q_value <= {{ var('impact_false_discovery_rate') }}
                then case when profit_adjusted > 0 then 'scale' else 'stop' end
            else 'unclear'
        end as decision,
        case
            when first_code is null
                then estimate_lower > -{{ var('impact_harm_share') }} * sales_before
        end as is_harmless
    from judged

)

select * from final
order by campaign_id
