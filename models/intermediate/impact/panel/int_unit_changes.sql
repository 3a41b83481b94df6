with

unit_means as (

    select * from {{ ref('int_unit_means') }}

),

final as (

    {%- for outcome in panel_outcomes() %}
    select
        campaign_id,
        household_id,
        is_sent,
        '{{ outcome }}' as outcome,
        {{ outcome }}_before as mean_before,
        {{ outcome }}_after as mean_after,
        {{ outcome }}_after - {{ outcome }}_before as change
    from unit_means
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from final
order by campaign_id, outcome, household_id
