with

mechanism_splits as (

    select * from {{ ref('int_mechanism_splits') }}

),

-- Every segment has a row of every mechanism, also of those that nothing measures.
segments as (

    select distinct
        design,
        segment_id,
        unnest(['ceiling', 'cannibalisation', 'timing', 'mismatch']) as mechanism
    from {{ ref('int_mechanism_scores') }}

),

centred_splits as (

    select
        *,
        median(estimate) over (partition by design, segment_id, mechanism)
            as median_estimate
    from mechanism_splits

),

medians as (

    select
        design,
        segment_id,
        mechanism,
        median(first_effect) as first_effect,
        median(second_effect) as second_effect,
        max(median_estimate) as estimate,
        max(first_mean) as first_mean,
        max(second_mean) as second_mean,
        min(n_households_of_smaller_arm) as n_households_of_smaller_arm,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }} as std_error
    from centred_splits
    group by design, segment_id, mechanism

),

-- Without an obstacle the mechanism is tested.
obstacles as (

    select
        segments.*,
        medians.* exclude (design, segment_id, mechanism),
        case
            when segments.mechanism = 'timing' and medians.estimate is null
                then 'no days after'
            when
                segments.mechanism = 'mismatch'
                and greatest(medians.first_mean, medians.second_mean) = 0
                then 'no coupons'
            when segments.mechanism = 'cannibalisation' and medians.first_mean = 0
                then 'no coupons'
            when
                medians.n_households_of_smaller_arm >= {{ var('min_group_households') }}
                and medians.std_error > 0
                then null
            else 'too few'
        end as obstacle
    from segments
    left join medians using (design, segment_id, mechanism)

),

final as (

    select
        design,
        segment_id,
        mechanism,
        first_mean,
        second_mean,
        first_effect,
        second_effect,
        estimate,
        std_error,
        case
            when obstacle is null then {{ two_sided_p_value('(estimate / std_error)') }}
        end as p_value,
        obstacle
    from obstacles

)

select * from final
order by design, segment_id, mechanism
