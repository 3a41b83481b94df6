with

cost_models as (

    select * from {{ ref('fct_cost_models') }}

),

configured as (

    select
        max(cost_model) filter (where is_configured) as cost_model,
        max(cost_per_contact) filter (where is_configured) as cost_per_contact,
        string_agg(cost_model, ', ' order by position) as known_models
    from cost_models

),

-- A cost model that does not exist would decide by no cost at all.
final as (

    select
        coalesce(
            cost_model,
            error(
                'var cost_model is {{ setting("cost_model") }}, expected one of '
                || known_models || '.'
            )
        ) as cost_model,
        cost_per_contact
    from configured

)

select * from final
