{%- set last_week = var('impact_effect_weeks') - 1 -%}
{%- set is_after = 'relative_week between 0 and ' ~ last_week -%}

with

campaign_weeks as (

    select * from {{ ref('fct_campaign_weeks') }}

),

final as (

    select
        campaign_id,
        household_id,
        is_sent,
    {%- for outcome in panel_outcomes() %}
    {{ exact_avg('case when relative_week < 0 then ' ~ outcome ~ ' end') }}
        as {{ outcome }}_before,
    {{ exact_avg('case when ' ~ is_after ~ ' then ' ~ outcome ~ ' end') }}
        as {{ outcome }}_after
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
    from campaign_weeks
    group by campaign_id, household_id, is_sent

)

select * from final
order by campaign_id, household_id
