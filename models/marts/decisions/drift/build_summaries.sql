{#- Every build adds what the next one is compared with; no full refresh or later
    build rewrites it. A build that fails removes its own rows (macro
    forget_unfinished_run). -#}
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

summaries as (

    select
        kind,
        name,
        cast(lower_bound as varchar) as label,
        lower_bound,
        upper_bound,
        n_households
    from drift_bins
    union all by name
    select
        'segments' as kind,
        'segments' as name,
        segment_name as label,
        n_households
    from segments
    union all by name
    select
        'effect' as kind,
        design as name,
        'headline' as label,
        estimate,
        std_error
    from effects

),

final as (

    select
        '{{ invocation_id }}' as invocation_id,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
            as built_at,
        '{{ setting("edition") }}' as edition,
        kind,
        name,
        label,
        lower_bound,
        upper_bound,
        cast(n_households as integer) as n_households,
        estimate,
        std_error
    from summaries

)

select * from final
order by kind, name, label
