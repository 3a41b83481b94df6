{% set outcomes = ['sales', 'baskets', 'coupon_product_sales'] %}

with

changes as (

    select * from {{ ref('int_week_changes') }}

),

expectations as (

    select * from {{ ref('py_week_expectations') }}

),

weights as (

    select * from {{ ref('int_week_weights') }}

),

-- What the others' history foretells is taken off both arms.
residuals as (

    select
        weights.campaign_id,
        weights.household_id,
        changes.relative_week,
        weights.is_sent,
        case when weights.is_sent then 1 else -1 end * weights.weight as weight,
        sqrt(weights.n_units / (weights.n_units - 1.0)) as correction,
        {%- for outcome in outcomes %}
        changes.{{ outcome }} - expectations.{{ outcome }} as {{ outcome }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from weights
    inner join changes
        on
            weights.campaign_id = changes.campaign_id
            and weights.household_id = changes.household_id
    inner join expectations
        on
            changes.campaign_id = expectations.campaign_id
            and changes.household_id = expectations.household_id
            and changes.relative_week = expectations.relative_week

),

arm_means as (

    select
        campaign_id,
        relative_week,
        is_sent,
        {%- for outcome in outcomes %}
        {{ exact_sum('abs(weight) * ' ~ outcome) }} as {{ outcome }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from residuals
    group by campaign_id, relative_week, is_sent

),

-- Each week has the doubly robust effect of fct_change_effects, so the mean of weeks is
-- the effect there (Sant'Anna and Zhao 2020, Journal of Econometrics 219(1)).
final as (

    select
        residuals.campaign_id,
        residuals.household_id,
        residuals.relative_week,
        {%- for outcome in outcomes %}
        residuals.weight * residuals.{{ outcome }} as {{ outcome }}_share,
        residuals.correction * residuals.weight
        * (residuals.{{ outcome }} - arm_means.{{ outcome }}) as {{ outcome }}_error
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from residuals
    inner join arm_means
        on
            residuals.campaign_id = arm_means.campaign_id
            and residuals.relative_week = arm_means.relative_week
            and residuals.is_sent = arm_means.is_sent

)

select * from final
order by campaign_id, household_id, relative_week
