with

verdicts_effect as (

    select * from {{ ref('int_verdicts_effect') }}

),

verdicts_assumptions as (

    select * from {{ ref('int_verdicts_assumptions') }}

),

verdicts_targeting as (

    select * from {{ ref('int_verdicts_targeting') }}

),

verdicts_profit as (

    select * from {{ ref('int_verdicts_profit') }}

),

verdicts_scenarios as (

    select * from {{ ref('int_verdicts_scenarios') }}

),

verdicts_holdout as (

    select * from {{ ref('int_verdicts_holdout') }}

),

verdicts_power as (

    select * from {{ ref('int_verdicts_power') }}

),

verdicts_campaigns as (

    select * from {{ ref('int_verdicts_campaigns') }}

),

verdicts_timing as (

    select * from {{ ref('int_verdicts_timing') }}

),

verdicts as (

    select * from verdicts_effect
    union all
    select * from verdicts_assumptions
    union all
    select * from verdicts_targeting
    union all
    select * from verdicts_profit
    union all
    select * from verdicts_scenarios
    union all
    select * from verdicts_power
    union all
    select * from verdicts_holdout
    union all
    select * from verdicts_campaigns
    union all
    select * from verdicts_timing

),

final as (

    select
        design,
        question_id,
        answer,
        estimate,
        ci_lower,
        ci_upper,
        p_value,
        verdict,
        next_action
    from verdicts

)

select * from final
order by design, question_id
