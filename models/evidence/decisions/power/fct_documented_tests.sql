with

documented_tests as (

    select * from {{ ref('documented_tests') }}

),

settings as (

    select * from {{ ref('int_power_settings') }}

),

-- The sum of the quantiles times the spread of a difference of means of one household.
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

worded_needs as (

    select
        *,
        {{ plain_number('minimum_detectable_effect', 'minimum_detectable_effect') }}
            as detectable_text
    from needs

),

final as (

    select
        source,
        effect,
        std_dev,
        treated_share,
        stated_households,
        n_needed,
        cast(n_households as integer) as n_households,
        minimum_detectable_effect,
        n_needed <= n_households as is_possible,
        {{ sample_size_verdict(
            'n_needed', 'n_households', "detectable_text || ' dollars'"
        ) }} as verdict
    from worded_needs

)

select * from final
order by source
