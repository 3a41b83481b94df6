with

campaigns as (

    select * from {{ ref('int_experiment_campaigns') }}

),

checks as (

    select * from {{ ref('int_experiment_checks') }}

),

-- CUPED decides: named before any result was there, so that nobody picks by the answer.
results as (

    select *
    from {{ ref('fct_experiment_results') }}
    where method = 'cuped'

),

-- The list is what would be sent from now on; without one, the campaign as a whole.
list_sizes as (

    select
        campaign_id,
        bool_or(population = 'recommended' and is_valid) as has_valid_list
    from results
    group by campaign_id

),

decisive_results as (

    select
        results.*,
        results.role = 'guardrail' and results.ci_upper < 0 as has_fallen
    from results
    inner join list_sizes on results.campaign_id = list_sizes.campaign_id
    where
        results.population
        = case when list_sizes.has_valid_list then 'recommended' else 'all' end

),

summaries as (

    select
        campaign_id,
        max(population) as population,
        bool_and(is_valid) as is_valid,
        max(invalid_reason) as invalid_reason,
        max(profit_per_contact) as profit_per_contact,
        max(profit_ci_lower) as profit_ci_lower,
        max(profit_ci_upper) as profit_ci_upper,
        string_agg(case when has_fallen then metric end, ', ' order by metric)
            as failed_guardrails
    from decisive_results
    group by campaign_id

),

verdicts as (

    select
        campaigns.campaign_id,
        campaigns.status,
        checks.n_households,
        checks.n_randomised,
        checks.n_households - checks.n_randomised as n_not_randomised,
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
        case
            when checks.is_assignment_broken then 'stop: assignment is broken'
            when campaigns.status != 'arrived' then 'waiting: ' || campaigns.status
            when summaries.campaign_id is null then 'unclear: nobody was randomised'
            when not summaries.is_valid then 'unclear: ' || summaries.invalid_reason
            when summaries.failed_guardrails is not null
                then 'stop: ' || summaries.failed_guardrails || ' fell'
            when summaries.profit_ci_upper < 0 then 'stop'
            when summaries.profit_ci_lower > 0 then 'scale'
            else 'unclear'
        end as verdict
    from campaigns
    inner join checks on campaigns.campaign_id = checks.campaign_id
    left join summaries on campaigns.campaign_id = summaries.campaign_id

),

final as (

    select
        campaign_id,
        status,
        cast(n_households as integer) as n_households,
        cast(n_randomised as integer) as n_randomised,
        cast(n_not_randomised as integer) as n_not_randomised,
        cast(n_assigned as integer) as n_assigned,
        n_expected,
        total_p_value,
        block_p_value,
        is_assignment_broken,
        share_sent_of_assigned,
        share_sent_of_others,
        population,
        profit_per_contact,
        profit_ci_lower,
        profit_ci_upper,
        failed_guardrails,
        verdict,
        case
            when verdict = 'scale'
                then 'Send the list, and keep a holdout to see whether it lasts.'
            when verdict = 'stop: assignment is broken'
                then 'Find out who was drawn otherwise than logged; no effect counts.'
            when starts_with(verdict, 'stop') then 'Send nobody this campaign again.'
            when starts_with(verdict, 'waiting')
                then 'Load the data of the whole outcome window.'
            else 'Repeat it with new arms: fct_power says what several can find.'
        end as next_action
    from verdicts

)

select * from final
order by campaign_id
