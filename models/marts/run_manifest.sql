{#- One row per build, kept over builds. -#}
{{ config(
    materialized='incremental',
    unique_key='invocation_id',
    on_schema_change='append_new_columns',
    tags=['about_builds'],
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

gate_statuses as (

    select
        unnest([
            overlap_gate, balance_gate, placebo_gate, interference_gate, size_gate
        ]) as status
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

gates as (

    select
        count(*) filter (where status = 'passed') as n_gates_passed,
        count(*) filter (where status = 'doubtful') as n_gates_doubtful,
        count(*) filter (where status = 'failed') as n_gates_failed
    from gate_statuses

),

build_facts as (

    select build_facts_as_json() as facts

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
        {{ is_full_build() | lower }} as is_full_build,
        build_facts.facts ->> 'git_commit' as git_commit,
        cast(build_facts.facts ->> 'has_uncommitted_changes' as boolean)
            as has_uncommitted_changes,
        build_facts.facts ->> 'code_checksum' as code_checksum,
        cast(build_facts.facts -> 'versions' as varchar) as versions,
        cast(transactions.n_transactions as bigint) as n_transactions,
        cast(transactions.n_households as bigint) as n_households,
        cast(transactions.sales_value as decimal(38, 2)) as sales_value,
        cast(rejected_rows.n_rejected_rows as bigint) as n_rejected_rows,
        unknown_features.unknown_features,
        cast(trial_units.n_trial_units as bigint) as n_trial_units,
        cast(policies.n_policies as bigint) as n_policies,
        cast(gates.n_gates_passed as integer) as n_gates_passed,
        cast(gates.n_gates_doubtful as integer) as n_gates_doubtful,
        cast(gates.n_gates_failed as integer) as n_gates_failed
    from transactions
    cross join rejected_rows
    cross join unknown_features
    cross join trial_units
    cross join policies
    cross join gates
    cross join build_facts

)

select * from final
