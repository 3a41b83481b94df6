{% set outcomes = ['sales', 'baskets', 'coupon_product_sales', 'other_sales'] %}

with

week_terms as (

    select
        *,
        sales_share - coupon_product_sales_share as other_sales_share
    from {{ ref('int_week_terms') }}

),

household_terms as (

    select
        *,
        sales_error - coupon_product_sales_error as other_sales_error
    from {{ ref('int_week_household_terms') }}

),

scopes as (

    select * from {{ ref('int_week_scopes') }}

),

campaign_effects as (

    select
        campaign_id,
        relative_week,
        {%- for outcome in outcomes %}
        {{ exact_sum(outcome ~ '_share') }} as {{ outcome }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from week_terms
    group by campaign_id, relative_week

),

scope_effects as (

    select
        scopes.scope,
        campaign_effects.relative_week,
        {%- for outcome in outcomes %}
        {{ exact_sum('scopes.weight * campaign_effects.' ~ outcome) }} as {{ outcome }},
        {%- endfor %}
        count(*) as n_campaigns
    from campaign_effects
    inner join scopes on campaign_effects.campaign_id = scopes.campaign_id
    group by scopes.scope, campaign_effects.relative_week

),

cumulative_terms as (

    select
        *,
        {%- for outcome in outcomes %}
        {{ exact_sum(
            outcome ~ '_error',
            'over (partition by scope, household_id order by relative_week)'
        ) }} as {{ outcome }}_cumulative
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from household_terms

),

scope_errors as (

    select
        scope,
        relative_week,
        {%- for outcome in outcomes %}
        sqrt({{ exact_product_sum(outcome ~ '_error', outcome ~ '_error') }})
            as {{ outcome }},
        sqrt({{ exact_product_sum(
            outcome ~ '_cumulative', outcome ~ '_cumulative'
        ) }})
            as {{ outcome }}_cumulative,
        {%- endfor %}
        count(*) as n_households
    from cumulative_terms
    group by scope, relative_week

),

final as (

    {%- for outcome in outcomes %}
    select
        scope_effects.scope,
        '{{ outcome }}' as outcome,
        scope_effects.relative_week,
        scope_effects.{{ outcome }} as estimate,
        scope_errors.{{ outcome }} as std_error,
        {{ exact_sum(
            'scope_effects.' ~ outcome,
            'over (partition by scope_effects.scope order by scope_effects.relative_week)'
        ) }} as cumulative_estimate,
        scope_errors.{{ outcome }}_cumulative as cumulative_std_error
    from scope_effects
    inner join scope_errors
        on
            scope_effects.scope = scope_errors.scope
            and scope_effects.relative_week = scope_errors.relative_week
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from final
order by scope, outcome, relative_week
