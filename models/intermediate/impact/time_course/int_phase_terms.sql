{% set phases = ['running', 'ended'] %}
{% set columns = [
    'sales_share', 'sales_error', 'coupon_product_sales_share',
    'coupon_product_sales_error'
] %}

with

week_terms as (

    select * from {{ ref('int_week_terms') }}

),

phase_weeks as (

    select * from {{ ref('int_phase_weeks') }}

),

weights as (

    select
        scope,
        campaign_id,
        weight / sum(weight) over (partition by scope) as weight
    from {{ ref('int_week_scopes') }}
    where campaign_id in (select phase_weeks.campaign_id from phase_weeks)

),

unit_terms as (

    select
        week_terms.campaign_id,
        week_terms.household_id,
        {%- for phase in phases %}{% for column in columns %}
        {{ exact_sum(
            'phase_weeks.' ~ phase ~ '_weight * week_terms.' ~ column
        ) }} as {{ phase }}_{{ column }},
        {%- endfor %}{% endfor %}
        count(*) as n_weeks
    from week_terms
    inner join phase_weeks
        on
            week_terms.campaign_id = phase_weeks.campaign_id
            and week_terms.relative_week = phase_weeks.relative_week
    group by week_terms.campaign_id, week_terms.household_id

),

-- A household stands in many campaigns: its terms are summed before they are squared.
final as (

    select
        weights.scope,
        unit_terms.household_id,
        {%- for phase in phases %}{% for column in columns %}
        {{ exact_sum('weights.weight * unit_terms.' ~ phase ~ '_' ~ column) }}
            as {{ phase }}_{{ column }},
        {%- endfor %}{% endfor %}
        count(*) as n_campaigns
    from unit_terms
    inner join weights on unit_terms.campaign_id = weights.campaign_id
    group by weights.scope, unit_terms.household_id

)

select * from final
order by scope, household_id
