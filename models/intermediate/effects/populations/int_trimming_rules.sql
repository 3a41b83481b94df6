with

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

-- The amount that a unit adds to the variance of the ATE. The propensity is unclipped:
-- clipped propensities would be equal, and all of their units would be kept. The lower
-- bound serves propensities of exactly 0 or 1.
unit_variances as (

    select
        design,
        split_id,
        1 / greatest(1e-12, raw_propensity * (1 - raw_propensity)) as unit_variance
    from unit_propensities

),

-- Each unit with the mean variance of all units that add no more than it does.
ordered_variances as (

    select
        design,
        split_id,
        unit_variance,
        max(unit_variance) over (partition by design, split_id) as largest_variance,
        avg(cast(unit_variance as decimal(38, 12))) over (
            partition by design, split_id order by unit_variance
        ) as mean_variance_so_far
    from unit_variances

),

-- Crump, Hotz, Imbens and Mitnik (2009): the effect is estimated best on the largest
-- set of units in which no unit adds more than twice the mean of the set.
crump_sets as (

    select
        design,
        split_id,
        max(largest_variance) as largest_variance,
        max(unit_variance) filter (
            where unit_variance <= 2 * mean_variance_so_far
        ) as largest_kept_variance,
        2 * max_by(mean_variance_so_far, unit_variance) filter (
            where unit_variance <= 2 * mean_variance_so_far
        ) as variance_limit
    from ordered_variances
    group by design, split_id

),

final as (

    select
        design,
        split_id,
        'none' as rule,
        cast(0 as double) as threshold
    from crump_sets
    {%- for threshold in var('trimming_thresholds') %}
    union all
    select
        design,
        split_id,
        '{{ "%.2f" % threshold }}' as rule,
        cast({{ threshold }} as double) as threshold
    from crump_sets
    {%- endfor %}
    union all
    -- The propensity at which a unit adds exactly the limit, rounded down so that the
    -- unit is kept.
    select
        design,
        split_id,
        'crump' as rule,
        case
            when largest_kept_variance = largest_variance then 0
            else floor(1e9 * (0.5 - sqrt(0.25 - 1 / variance_limit))) / 1e9
        end as threshold
    from crump_sets

)

select * from final
order by design, split_id, rule
