with

campaigns as (

    select * from {{ ref('int_experiment_campaigns') }}

),

checks as (

    select * from {{ ref('int_experiment_checks') }}

),

summaries as (

    select * from {{ ref('int_experiment_summaries') }}

),

words as (

    select *
    from {{ ref('words') }}
    where topic = 'experiment'

),

answers as (

    select
        campaigns.campaign_id,
        campaigns.status,
        checks.n_households,
        checks.n_randomised,
        checks.n_assigned,
        checks.n_expected,
        checks.total_p_value,
        checks.block_p_value,
        checks.is_assignment_broken,
        checks.share_sent_of_assigned,
        checks.share_sent_of_others,
        summaries.population,
        summaries.profit_per_contact,
        summaries.profit_ci_lower,
        summaries.profit_ci_upper,
        summaries.failed_guardrails,
        summaries.invalid_reason,
        case
            when checks.is_assignment_broken then 'broken'
            when campaigns.status != 'arrived' then 'waiting'
            when summaries.campaign_id is null then 'not randomised'
            when not summaries.is_valid then 'not valid'
            when summaries.failed_guardrails is not null then 'guardrail'
            when summaries.profit_ci_upper < 0 then 'loses'
            when summaries.profit_ci_lower > 0 then 'earns'
            else 'unclear'
        end as answer
    from campaigns
    inner join checks on campaigns.campaign_id = checks.campaign_id
    left join summaries on campaigns.campaign_id = summaries.campaign_id

),

final as (

    select
        answers.campaign_id,
        {{ source_id('answers.campaign_id', 'campaign') }} as source_campaign_id,
        answers.status,
        cast(answers.n_households as integer) as n_households,
        cast(answers.n_randomised as integer) as n_randomised,
        cast(answers.n_households - answers.n_randomised as integer)
            as n_not_randomised,
        cast(answers.n_assigned as integer) as n_assigned,
        answers.n_expected,
        answers.total_p_value,
        answers.block_p_value,
        answers.is_assignment_broken,
        answers.share_sent_of_assigned,
        answers.share_sent_of_others,
        answers.population,
        answers.profit_per_contact,
        answers.profit_ci_lower,
        answers.profit_ci_upper,
        answers.failed_guardrails,
        {{ fill_in('words.words', {
            'status': 'answers.status',
            'invalid_reason': 'answers.invalid_reason',
            'failed_guardrails': 'answers.failed_guardrails',
            'profit': in_money('answers.profit_per_contact'),
            'interval': interval_in_money(
                'answers.profit_ci_lower', 'answers.profit_ci_upper'
            ),
        }) }} as verdict,
        words.next_action
    from answers
    inner join words on answers.answer = words.answer

)

select * from final
order by campaign_id
