with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

household_parts as (

    select * from {{ ref('int_household_parts') }}

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
        {{ quintile('percent_rank() over by_spend') }} as monetary_quintile
    from estimation_units
    window
        by_recency as (partition by design order by recency desc),
        by_frequency as (partition by design order by frequency),
        by_spend as (partition by design order by monetary_sales)

),

final as (

    select
        bucketed_units.design,
        bucketed_units.campaign_id,
        bucketed_units.household_id,
        bucketed_units.segment_id,
        bucketed_units.margin,
        bucketed_units.recency_quintile,
        bucketed_units.frequency_quintile,
        bucketed_units.monetary_quintile,
        household_parts.part
    from bucketed_units
    inner join household_parts
        on bucketed_units.household_id = household_parts.household_id

)

select * from final
order by design, campaign_id, household_id
