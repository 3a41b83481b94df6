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
    avg({{ outcome }}) filter (where relative_week < 0) as {{ outcome }}_before,
    avg({{ outcome }}) filter (
        where relative_week between 0 and {{ var('impact_effect_weeks') }} - 1
    ) as {{ outcome }}_after
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
    from campaign_weeks
    group by campaign_id, household_id, is_sent

)

select * from final
order by campaign_id, household_id
