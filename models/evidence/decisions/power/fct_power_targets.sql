with

power as (

    select * from {{ ref('fct_power') }}

),

targets as (

    select * from {{ ref('int_power_targets') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

words as (

    select * from {{ ref('words') }}

),

-- The households that are needed grow with the square of one over the effect.
needs as (

    select
        power.metric,
        power.horizon_weeks,
        power.treated_share,
        power.arm_rule,
        power.method,
        targets.target,
        targets.target_effect,
        targets.is_configured,
        power.n_households,
        power.minimum_detectable_effect,
        metrics.unit,
        -- In small money of a large currency more are needed than a number can hold.
        cast(
            least(
                ceil(
                    power.n_households
                    * pow(power.minimum_detectable_effect / targets.target_effect, 2)
                ),
                9e18
            ) as bigint
        ) as n_needed
    from power
    inner join metrics on power.metric = metrics.metric
    inner join targets
        on
            power.metric = targets.metric
            and power.horizon_weeks = targets.horizon_weeks
    -- A metric without spread has no smallest effect.
    where power.minimum_detectable_effect is not null

),

answers as (

    select
        *,
        n_needed <= n_households as is_possible,
        case when is_possible then 'possible' else 'not possible' end as answer,
        {{ plain_number('minimum_detectable_effect', 'minimum_detectable_effect') }}
        || ' (' || {{ in_currency('unit') }} || ')' as detectable
    from needs

),

final as (

    select
        answers.metric,
        answers.horizon_weeks,
        answers.treated_share,
        answers.arm_rule,
        answers.method,
        answers.target,
        cast(answers.target_effect as double) as target_effect,
        answers.is_configured,
        answers.n_households,
        answers.n_needed,
        answers.is_possible,
        answers.minimum_detectable_effect,
        {{ fill_in('words.words', {
            'needed': in_digits('answers.n_needed', 0),
            'existing': in_digits('answers.n_households', 0),
            'detectable': 'answers.detectable',
        }) }} as verdict
    from answers
    inner join words
        on words.topic = 'sample_size' and answers.answer = words.answer

)

select * from final
order by metric, horizon_weeks, treated_share, arm_rule, method, target
