with

cate_ranks as (

    select *
    from {{ ref('int_cate_ranks') }}
    where outcome = 'purchase_amount'

),

household_parts as (

    select *
    from {{ ref('int_household_parts') }}
    where part != 'report'

),

households as (

    select distinct
        cate_ranks.design,
        cate_ranks.household_id
    from cate_ranks
    inner join household_parts on cate_ranks.household_id = household_parts.household_id

),

-- 1, except for designs that are too large for the fits to learn from all units: there,
-- samples smaller than halves give the error and the scale (macro toc_spread_factor).
design_sizes as (

    select
        design,
        cast(
            ceil(
                count(distinct campaign_id || '|' || household_id)
                / {{ var('max_fit_units') }}
            ) as integer
        ) as thinning
    from cate_ranks
    group by design

),

samples as (

    select unnest(generate_series(0, {{ var('toc_samples') }})) as sample_id

),

draws as (

    select
        households.design,
        samples.sample_id,
        households.household_id,
        design_sizes.thinning,
        {{ salted_bucket(
            "households.household_id",
            "'" ~ var('fold_salt') ~ "_toc_' || samples.sample_id",
            1000000
        ) }} as random_number
    from samples
    cross join households
    inner join design_sizes on households.design = design_sizes.design

),

-- Sample 0 holds all households that may decide, and each other sample a random half of
-- them. Random orders use all of them.
final as (

    select
        design,
        sample_id,
        household_id,
        thinning,
        random_number,
        sample_id = 0 or random_number % (2 * thinning) = 0 as is_in_half
    from draws
    where sample_id = 0 or random_number % thinning = 0

)

select * from final
order by design, sample_id, household_id
