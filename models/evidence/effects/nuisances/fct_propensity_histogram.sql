with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

),

-- A unit has one bin for all splits, so that it is counted once.
median_propensities as (

    select
        design,
        campaign_id,
        household_id,
        is_treated,
        median(raw_propensity) as propensity
    from unit_propensities
    group by design, campaign_id, household_id, is_treated

),

binned_units as (

    select
        design,
        is_treated,
        least(19, floor(propensity * 20)) as bin
    from median_propensities

),

arms as (

    select
        design,
        is_treated,
        count(*) as n_arm
    from binned_units
    group by design, is_treated

),

bins as (

    select unnest(generate_series(0, 19)) as bin

),

-- Empty bins stay, so that a chart has no gaps.
counts as (

    select
        arms.design,
        arms.is_treated,
        arms.n_arm,
        bins.bin,
        count(binned_units.bin) as n_units
    from arms
    cross join bins
    left join binned_units
        on
            arms.design = binned_units.design
            and arms.is_treated = binned_units.is_treated
            and bins.bin = binned_units.bin
    group by arms.design, arms.is_treated, arms.n_arm, bins.bin

),

final as (

    select
        design,
        is_treated = 1 as is_treated,
        bin / 20 as bin_lower,
        (bin + 1) / 20 as bin_upper,
        cast(n_units as integer) as n_units,
        cast(n_arm as integer) as n_arm,
        n_units / n_arm as share
    from counts

)

select * from final
order by design, is_treated, bin_lower
