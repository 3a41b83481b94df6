with

models_of_cost as (

    select * from {{ ref('fct_cost_models') }}

),

cost_parts as (

    select * from {{ ref('cost_models') }}

),

configured as (

    select
        max(cost_model) filter (where is_configured) as cost_model,
        max(cost_per_contact) filter (where is_configured) as cost_per_contact,
        string_agg(cost_model, ', ' order by position) as known_models
    from models_of_cost

),

-- Of the cost models only some have a part that differs between households: what the
-- retailer pays for their coupons.
with_matches as (

    select
        cost_model,
        retailer_funded,
        redeemed_retailer_funded,
        flat_cost + mailing * {{ setting('mailing_cost') }} as common_cost
    from cost_parts
    where retailer_funded + redeemed_retailer_funded > 0 and documents = 0

),

-- A cost model that does not exist would decide by no cost at all.
final as (

    select
        coalesce(
            configured.cost_model,
            error(
                'var cost_model is {{ setting("cost_model") }}, expected one of '
                || configured.known_models || '.'
            )
        ) as cost_model,
        configured.cost_per_contact,
        coalesce(with_matches.common_cost, configured.cost_per_contact) as common_cost,
        coalesce(with_matches.retailer_funded, 0) as retailer_funded,
        coalesce(with_matches.redeemed_retailer_funded, 0) as redeemed_retailer_funded
    from configured
    left join with_matches on configured.cost_model = with_matches.cost_model

)

select * from final
