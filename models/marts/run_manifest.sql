{#- One row per build, kept over builds. -#}
{{ config(
    materialized='incremental',
    unique_key='invocation_id',
    on_schema_change='append_new_columns',
) }}

with

transactions as (

    select
        count(*) as n_transactions,
        count(distinct household_id) as n_households,
        sum(sales_value) as sales_value
    from {{ ref('stg_transactions') }}

),

rejected_rows as (

    select coalesce(sum(n_rejected), 0) as n_rejected_rows
    from {{ ref('stg_rejected_rows') }}

),

unknown_features as (

    select coalesce(string_agg(feature, ', ' order by feature), '') as unknown_features
    from {{ ref('int_unknown_features') }}

),

trial_units as (

    select count(*) as n_trial_units from {{ ref('fct_trial_units') }}

),

policies as (

    select count(*) as n_policies from {{ ref('fct_policy_values') }}

),

final as (

    select
        '{{ invocation_id }}' as invocation_id,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
            as started_at,
        '{{ setting("edition") }}' as edition,
        '{{ tojson(overridden_vars()) | replace("'", "''") }}'
            as overridden_vars,
        '{{ absent_tables() | join(", ") }}'
            as absent_tables,
        '{{ setting("currency_name") | replace("'", "''") }}' as currency_name,
        '{{ setting("currency_symbol") | replace("'", "''") }}' as currency_symbol,
        '{{ dbt_version }}' as dbt_version,
        version() as duckdb_version,
        cast(transactions.n_transactions as bigint) as n_transactions,
        cast(transactions.n_households as bigint) as n_households,
        cast(transactions.sales_value as decimal(38, 2)) as sales_value,
        cast(rejected_rows.n_rejected_rows as bigint) as n_rejected_rows,
        unknown_features.unknown_features,
        cast(trial_units.n_trial_units as bigint) as n_trial_units,
        cast(policies.n_policies as bigint) as n_policies
    from transactions
    cross join rejected_rows
    cross join unknown_features
    cross join trial_units
    cross join policies

)

select * from final
