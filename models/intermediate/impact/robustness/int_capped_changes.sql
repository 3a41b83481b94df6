{%- set shares = [0.0] + var('impact_cap_shares') -%}

with

unit_changes as (

    select *
    from {{ ref('int_unit_changes') }}
    where outcome = 'sales'

),

sampled_units as (

    select * from {{ ref('int_regression_units') }}

),

changes as (

    select
        unit_changes.campaign_id,
        unit_changes.household_id,
        unit_changes.is_sent,
        unit_changes.change
    from unit_changes
    inner join sampled_units
        on
            unit_changes.campaign_id = sampled_units.campaign_id
            and unit_changes.household_id = sampled_units.household_id

),

-- Both arms together, so that the same change counts the same in either.
limits as (

    {%- for share in shares %}
    select
        campaign_id,
        cast({{ share }} as double) as cap_share,
        quantile_cont(change, {{ share }}) as lowest,
        quantile_cont(change, 1 - {{ share }}) as highest
    from changes
    group by campaign_id
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select
        limits.cap_share,
        changes.campaign_id,
        changes.household_id,
        changes.is_sent,
        least(greatest(changes.change, limits.lowest), limits.highest) as change
    from changes
    inner join limits on changes.campaign_id = limits.campaign_id

)

select * from final
order by cap_share, campaign_id, household_id
