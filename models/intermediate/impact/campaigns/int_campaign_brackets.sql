{% set figures = ['estimate', 'sales', 'margin', 'profit', 'roi'] %}

with

estimates as (

    select *
    from {{ ref('int_campaign_estimates') }}
    where starts_with(scope, 'campaign ')

),

gates as (

    select
        scope,
        first(code order by position, estimator) as first_code,
        first(reason order by position, estimator) as first_reason,
        bool_or(code = 'placebo') as is_placebo_failed
    from {{ ref('int_estimate_gates') }}
    group by scope

),

participation as (

    select
        scope,
        max(redeemed_sent) as redeemed_share,
        min(abs(redeemer_effect)) as redeemer_effect
    from {{ ref('fct_campaign_participation') }}
    group by scope

),

-- Households that are chosen by recent purchases fall back, so their change as it is
-- lies too low; adjusted to a short history, households that always buy much are
-- compared with others after a good month, so it lies too high (Ding and Li 2019,
-- Political Analysis 27(4), of such brackets). Nobody knows which of the two decides.
brackets as (

    select
        scope,
        max(n_sent) as n_sent,
        {%- for figure in figures %}
        max({{ figure }}) filter (where estimator = 'difference in differences')
            as {{ figure }}_unadjusted,
        max({{ figure }}) filter (where estimator = 'doubly robust')
            as {{ figure }}_adjusted,
        {%- endfor %}
        max(p_value) filter (where estimator = 'difference in differences')
            as unadjusted_p_value,
        min(ci_lower) as estimate_lower,
        max(ci_upper) as estimate_upper,
        {%- for figure in ['sales', 'profit', 'roi'] %}
        min({{ figure }}_lower) as {{ figure }}_lower,
        max({{ figure }}_upper) as {{ figure }}_upper,
        {%- endfor %}
        max(cost) as cost,
        max(sales_before) as sales_before,
        max(break_even_effect) as break_even_effect,
        max(detectable_effect) as detectable_effect,
        max(p_value) as p_value,
        max(profit_p_value) as profit_p_value,
        min(estimate) > 0 or max(estimate) < 0 as is_same_sign,
        min(profit) > 0 or max(profit) < 0 as is_same_profit_sign
    from estimates
    group by scope

),

final as (

    select
        brackets.*,
        participation.redeemed_share,
        participation.redeemer_effect,
        gates.first_code,
        gates.first_reason,
        coalesce(gates.is_placebo_failed, false) as is_placebo_failed
    from brackets
    left join gates on brackets.scope = gates.scope
    left join participation on brackets.scope = participation.scope

)

select * from final
order by scope
