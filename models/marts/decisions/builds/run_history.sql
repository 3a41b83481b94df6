{#- Every build adds what the next one is compared with; no full refresh or later
    build rewrites it. A build that fails removes its own rows (macro
    finish_run). What is known only at its end is added by macro
    record_build. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    schema='history',
) }}

with

drift_bins as (

    select * from {{ ref('int_drift_bins') }}

),

segments as (

    select * from {{ ref('dim_segments') }}

),

effects as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

inputs as (

    select * from {{ ref('int_run_inputs') }}

),

conditions as (

    select * from {{ ref('int_run_conditions') }}

),

figures as (

    select * from {{ ref('int_run_figures') }}

),

facts as (

    select
        kind,
        name,
        cast(lower_bound as varchar) as label,
        lower_bound,
        upper_bound,
        n_households as value
    from drift_bins
    union all by name
    select
        'segments' as kind,
        'segments' as name,
        segment_name as label,
        n_households as value
    from segments
    union all by name
    select
        'effect' as kind,
        design as name,
        'headline' as label,
        ci_lower as lower_bound,
        ci_upper as upper_bound,
        estimate as value,
        std_error
    from effects
    union all by name
    select
        'input' as kind,
        table_name as name,
        table_name as label,
        n_rows as value,
        checksum as text_value
    from inputs
    union all by name
    select * from conditions
    union all by name
    select
        'figure' as kind,
        *
    from figures

),

final as (

    select
        '{{ invocation_id }}' as invocation_id,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
            as built_at,
        '{{ setting("edition") }}' as edition,
        {{ is_full_build() | lower }} as is_full_build,
        kind,
        name,
        label,
        lower_bound,
        upper_bound,
        cast(value as double) as value,
        std_error,
        text_value
    from facts

)

select * from final
order by kind, name, label
