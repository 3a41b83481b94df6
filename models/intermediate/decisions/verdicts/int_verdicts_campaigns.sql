with

campaigns as (

    select * from {{ ref('fct_campaign_verdicts') }}

),

coupons as (

    select
        *,
        q_value <= {{ var('impact_false_discovery_rate') }} as is_significant
    from {{ ref('fct_coupon_effects') }}
    where n_weeks = {{ var('impact_effect_weeks') }} and category != 'all'

),

leading_design as (

    select * from {{ ref('int_leading_design') }}

),

obstacles as (

    select * from {{ ref('int_design_obstacles') }}

),

words as (

    select * from {{ ref('words') }}

),

-- Without valid estimates of a campaign there is no profit.
paid as (

    select
        'which_campaigns_paid' as question_id,
        'paid' as success,
        count(*) as n_all,
        count(profit_lower) as n_known,
        count(*) filter (where decision = 'scale') as n_up,
        count(*) filter (where decision = 'stop') as n_down,
        string_agg(cast(campaign_id as varchar), ', ' order by campaign_id) filter (
            where decision = 'scale'
        ) as names
    from campaigns

),

-- The names of the largest three.
worked as (

    select
        'which_coupons_work' as question_id,
        'work' as success,
        count(*) as n_all,
        count(*) as n_known,
        count(*) filter (where is_significant and lift > 0) as n_up,
        count(*) filter (where is_significant and lift < 0) as n_down,
        array_to_string(
            list(
                lower(category) || ' (campaign ' || campaign_id || ')'
                order by lift desc, campaign_id asc, category asc
            ) filter (where is_significant and lift > 0)[:3], ', '
        ) as names
    from coupons

),

counts as (

    select * from paid
    union all
    select * from worked

),

-- If no campaign could be compared, what stands in the way of the design says why.
final as (

    select
        leading_design.design,
        counts.question_id,
        words.answer,
        cast(counts.n_up as double) as estimate,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        {{ fill_in('words.words', {
            'n_all': 'counts.n_all',
            'n_up': 'counts.n_up',
            'n_down': 'counts.n_down',
            'n_unclear': 'counts.n_known - counts.n_up - counts.n_down',
            'n_unknown': 'counts.n_all - counts.n_known',
            'names': 'counts.names',
        }) }} as verdict,
        words.next_action
    from counts
    cross join leading_design
    inner join words
        on
            counts.question_id = words.topic
            and words.answer = case
                when counts.n_up > 0 then 'some ' || counts.success
                when counts.n_known > 0 then 'none ' || counts.success
                else 'not known'
            end
    where
        (select count(campaigns.n_compared) from campaigns) > 0
        or leading_design.design not in (select obstacles.design from obstacles)

)

select * from final
order by design, question_id
