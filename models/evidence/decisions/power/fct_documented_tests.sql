with

documented_tests as (

    select * from {{ ref('documented_tests') }}

),

settings as (

    select * from {{ ref('int_power_settings') }}

),

words as (

    select * from {{ ref('words') }}

),

-- The scale is the sum of the quantiles times the standard deviation of a difference of
-- means, for one household.
scaled_tests as (

    select
        documented_tests.*,
        settings.n_households,
        (settings.level_quantile + settings.power_quantile)
        * documented_tests.std_dev
        / sqrt(documented_tests.treated_share * (1 - documented_tests.treated_share))
            as scale
    from documented_tests
    cross join settings

),

needs as (

    select
        *,
        cast(ceil(pow(scale / effect, 2)) as integer) as n_needed,
        scale / nullif(sqrt(n_households), 0) as minimum_detectable_effect
    from scaled_tests

),

answers as (

    select
        *,
        n_needed <= n_households as is_possible,
        case when is_possible then 'possible' else 'not possible' end as answer,
        {{ plain_number('minimum_detectable_effect', 'minimum_detectable_effect') }}
        || ' dollars' as detectable
    from needs

),

final as (

    select
        answers.source,
        answers.effect,
        answers.std_dev,
        answers.treated_share,
        answers.stated_households,
        answers.n_needed,
        cast(answers.n_households as integer) as n_households,
        answers.minimum_detectable_effect,
        answers.is_possible,
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
order by source
