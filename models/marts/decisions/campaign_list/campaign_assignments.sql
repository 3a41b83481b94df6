{#- A build adds rows only if its var assign_campaign names the campaign. Neither a full
    refresh nor a later build rewrites them. A build that fails removes its own rows
    (macro finish_run). -#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    schema='history',
) }}
-- depends_on: {{ ref('stg_campaigns') }}
{%- set campaign_id = setting('assign_campaign') %}

with

campaign_list as (

    select * from {{ ref('fct_campaign_list') }}

),

final as (

    select
        cast({{ 'null' if campaign_id is none else campaign_id }} as bigint)
            as campaign_id,
        household_id,
        source_household_id,
        valid_from_day as assigned_at_day,
        salt,
        policy,
        block_id,
        decision,
        p_assign,
        cast(is_assigned as integer) as is_assigned,
        is_holdout,
        predicted_effect,
        is_recommended,
        is_global_holdout,
        cast({{ setting('global_holdout_share') }} as double) as global_holdout_share,
        '{{ invocation_id }}' as invocation_id,
        evidence_class
    from campaign_list
    where {{ is_to_be_assigned(campaign_id) }}

)

select * from final
order by campaign_id, household_id
