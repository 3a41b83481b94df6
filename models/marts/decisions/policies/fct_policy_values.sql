with

policy_sizes as (

    select * from {{ ref('int_policy_sizes') }}

),

policy_values as (

    select * from {{ ref('int_policy_values') }}

),

policy_money as (

    select * from {{ ref('int_policy_money') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

words as (

    select * from {{ ref('words') }}

),

answers as (

    select
        *,
        case
            when kind = 'none' then 'baseline'
            when profit_vs_none_ci_lower > 0 then 'more'
            when profit_vs_none_ci_upper < 0 then 'less'
            else 'no difference'
        end as answer
    from policy_values

),

final as (

    select
        answers.design,
        answers.population,
        answers.policy,
        answers.label,
        cast(answers.n_units as integer) as n_units,
        policy_sizes.n_targeted,
        policy_sizes.share_targeted,
        policy_sizes.effective_n,
        answers.profit_vs_none as profit,
        answers.std_error,
        answers.profit_vs_none_ci_lower as ci_lower,
        answers.profit_vs_none_ci_upper as ci_upper,
        policy_money.contact_cost,
        policy_money.roi,
        policy_money.incremental_sales,
        policy_money.margin_earned,
        policy_money.lift_vs_all,
        policy_money.efficiency_vs_all,
        answers.profit_vs_none,
        answers.profit_vs_none_ci_lower,
        answers.profit_vs_none_ci_upper,
        answers.profit_vs_all,
        answers.profit_vs_all_ci_lower,
        answers.profit_vs_all_ci_upper,
        answers.profit_vs_current,
        answers.profit_vs_current_ci_lower,
        answers.profit_vs_current_ci_upper,
        answers.profit_vs_random,
        answers.profit_vs_random_ci_lower,
        answers.profit_vs_random_ci_upper,
        answers.profit_vs_rfm,
        answers.profit_vs_rfm_ci_lower,
        answers.profit_vs_rfm_ci_upper,
        answers.is_decisive,
        case when answers.obstacle is null then 'passed' else 'failed' end
            as gate_status,
        concat_ws(
            ' ',
            {{ fill_in('words.words', {
                'profit': in_money('answers.profit_vs_none', 0),
                'interval': interval_in_money(
                    'answers.profit_vs_none_ci_lower',
                    'answers.profit_vs_none_ci_upper',
                    0,
                ),
            }) }},
            obstacle_words.words
        ) as verdict,
        case when answers.kind != 'none' then cautions.caution end as caution
    from answers
    inner join policy_sizes using (design, population, policy)
    inner join policy_money using (design, population, policy)
    left join cautions on answers.design = cautions.design
    inner join words
        on words.topic = 'policy_value' and answers.answer = words.answer
    left join words as obstacle_words
        on
            obstacle_words.topic = 'policy_value'
            and answers.obstacle = obstacle_words.answer

)

select * from final
order by design, population, policy
