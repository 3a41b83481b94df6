with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

-- Quintiles go by percentile, so that households which are alike share one; 5 is the
-- best.
bucketed_units as (

    select
        design,
        campaign_id,
        household_id,
        segment_id,
        margin,
        {{ quintile('percent_rank() over by_recency') }} as recency_quintile,
        {{ quintile('percent_rank() over by_frequency') }} as frequency_quintile,
        {{ quintile('percent_rank() over by_spend') }} as monetary_quintile,
        {{ salted_bucket("household_id", "'" ~ var('fold_salt') ~ "_parts'", 100) }}
            as part_bucket
    from estimation_units
    window
        by_recency as (partition by design order by recency desc),
        by_frequency as (partition by design order by frequency),
        by_spend as (partition by design order by monetary_sales)

),

final as (

    select
        design,
        campaign_id,
        household_id,
        segment_id,
        margin,
        {{ setting('cost_per_contact') }} / margin as break_even,
        recency_quintile,
        frequency_quintile,
        monetary_quintile,
        case
            when part_bucket < 100 * {{ var('choose_share') }} then 'choose'
            when
                part_bucket
                < 100 * ({{ var('choose_share') }} + {{ var('validate_share') }})
                then 'validate'
            else 'report'
        end as part
    from bucketed_units

)

select * from final
order by design, campaign_id, household_id
