with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

contact_cost as (

    select * from {{ ref('int_contact_cost') }}

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
        bucketed_units.design,
        bucketed_units.campaign_id,
        bucketed_units.household_id,
        bucketed_units.segment_id,
        bucketed_units.margin,
        contact_cost.cost_per_contact,
        contact_cost.cost_per_contact / bucketed_units.margin as break_even,
        bucketed_units.recency_quintile,
        bucketed_units.frequency_quintile,
        bucketed_units.monetary_quintile,
        case
            when bucketed_units.part_bucket < 100 * {{ var('choose_share') }} then 'choose'
            when
                bucketed_units.part_bucket
                < 100 * ({{ var('choose_share') }} + {{ var('validate_share') }})
                then 'validate'
            else 'report'
        end as part
    from bucketed_units
    cross join contact_cost

)

select * from final
order by design, campaign_id, household_id
