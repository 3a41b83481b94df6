with

cohorts as (

    select * from {{ ref('fct_cohort_summary') }}

),

segmentation_metrics as (

    select * from {{ ref('fct_segmentation_metrics') }}

),

stability as (

    select * from {{ ref('fct_segment_stability') }}

),

segments as (

    select * from {{ ref('dim_segments') }}

),

builds as (

    select * from {{ ref('run_manifest') }}

),

cohort_values as (

    select
        'fct_cohort_summary: ' || cohort as table_row,
        cast(n_rows as double) as n_rows,
        cast(n_households as double) as n_households,
        cast(n_treated as double) as n_treated,
        cast(n_control as double) as n_control,
        treated_share
    from cohorts

),

segment_values as (

    select
        'dim_segments: ' || segment_id as table_row,
        cast(n_households as double) as n_households,
        mean_sales
    from segments

),

figures as (

    from (unpivot cohort_values on columns(* exclude (table_row)))
    union all by name
    from (unpivot segment_values on columns(* exclude (table_row)))
    union all by name
    select
        'fct_segmentation_metrics: ' || clustering || ', ' || method || ', ' || k
            as table_row,
        metric as name,
        value
    from segmentation_metrics
    union all by name
    select
        'fct_segmentation_metrics: ' || clustering || ', chosen' as table_row,
        metric as name,
        value
    from segmentation_metrics
    where is_chosen
    union all by name
    select
        'fct_segmentation_metrics: ' || clustering || ', chosen' as table_row,
        'k' as name,
        cast(max(k) as double) as value
    from segmentation_metrics
    where is_chosen
    group by clustering
    union all by name
    select
        'fct_segment_stability: ' || method || ', ' || metric as table_row,
        'value' as name,
        value
    from stability
    where segment_id = 0
    union all by name
    select
        'run_manifest: last build' as table_row,
        'n_transactions' as name,
        cast(max_by(n_transactions, started_at) as double) as value
    from builds

),

final as (

    select
        table_row || ', ' || name as place,
        cast(value as double) as figure_value
    from figures
    where value is not null

)

select * from final
order by place
