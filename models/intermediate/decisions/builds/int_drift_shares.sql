with

reference as (

    select * from {{ ref('int_drift_reference') }}

),

drift_values as (

    select * from {{ ref('int_drift_values') }}

),

segments as (

    select * from {{ ref('dim_segments') }}

),

-- The households of today in the bins of the build before.
binned as (

    select
        reference.kind,
        reference.name,
        reference.label,
        reference.value as n_before,
        count(drift_values.household_id) as n_now
    from reference
    left join drift_values
        on
            reference.kind = drift_values.kind
            and reference.name = drift_values.name
            and reference.lower_bound < drift_values.drift_value
            and reference.upper_bound >= drift_values.drift_value
    where reference.kind in ('covariate', 'propensity')
    group by
        reference.kind,
        reference.name,
        reference.label,
        reference.value

),

segments_before as (

    select *
    from reference
    where kind = 'segments'

),

segment_counts as (

    select
        'segments' as kind,
        'segments' as name,
        coalesce(segments_before.label, segments.segment_name) as label,
        coalesce(segments_before.value, 0) as n_before,
        coalesce(segments.n_households, 0) as n_now
    from segments
    full join segments_before
        on segments.segment_name = segments_before.label
    where exists (select 1 from reference)

),

final as (

    select * from binned
    union all
    select * from segment_counts

)

select * from final
order by kind, name, label
