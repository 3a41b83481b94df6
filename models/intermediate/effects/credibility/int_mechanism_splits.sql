with

influences as (

    select * from {{ ref('int_mechanism_influences') }}

),

-- A mechanism shows in the second part less the first, or in the second part alone.
weighted_influences as (

    select
        *,
        case
            when part = 2 then 1
            when mechanism in ('ceiling', 'mismatch') then -1
            else 0
        end as weight
    from influences

),

parts as (

    select
        design,
        segment_id,
        mechanism,
        split_id,
        max(estimate) filter (where part = 1) as first_effect,
        max(estimate) filter (where part = 2) as second_effect,
        max(estimate) filter (where part = 2)
        + max(weight) filter (where part = 1)
        * max(estimate) filter (where part = 1) as estimate,
        max(described_mean) filter (where part = 1) as first_mean,
        max(described_mean) filter (where part = 2) as second_mean,
        case
            when count(distinct part) = 2 then min(n_households_of_smaller_arm)
            else 0
        end as n_households_of_smaller_arm
    from weighted_influences
    group by design, segment_id, mechanism, split_id

),

household_influences as (

    select
        design,
        segment_id,
        mechanism,
        split_id,
        household_id,
        {{ exact_sum('weight * influence / n_units') }} as influence
    from weighted_influences
    group by design, segment_id, mechanism, split_id, household_id

),

-- The formula of clustered_std_error for a difference of two means.
std_errors as (

    select
        design,
        segment_id,
        mechanism,
        split_id,
        sqrt(
            {{ exact_sum('influence * influence') }}
            * count(*) / nullif(count(*) - 1.0, 0)
        ) as std_error
    from household_influences
    group by design, segment_id, mechanism, split_id

),

final as (

    select
        parts.*,
        std_errors.std_error
    from parts
    inner join std_errors using (design, segment_id, mechanism, split_id)

)

select * from final
order by design, segment_id, mechanism, split_id
