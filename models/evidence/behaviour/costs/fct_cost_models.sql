{#- What the retailer says that a contact costs decides, whatever was measured. -#}
{% set stated_cost = setting('cost_per_contact') %}
{% set is_stated = stated_cost is not none %}

with

cost_models as (

    select *
    from {{ ref('cost_models') }}
    where stated = 0 or {{ is_stated | lower }}

),

campaign_costs as (

    select * from {{ ref('fct_campaign_costs') }}

),

designs as (

    select *
    from {{ ref('int_designs') }}
    where design = '{{ var("primary_design") }}'

),

documented_cost as (

    select * from {{ ref('int_documented_contact_cost') }}

),

-- Campaigns of the types that decisions are about. Campaigns that the data do not hold
-- in full would look too cheap.
measured_costs as (

    select
        count(*) as n_campaigns,
        sum(campaign_costs.n_contacted) as n_contacted,
        cast(
            sum(cast(campaign_costs.retailer_funded as decimal(38, 4))) as double
        ) / sum(campaign_costs.n_contacted) as retailer_funded,
        cast(
            sum(cast(campaign_costs.redeemed_retailer_funded as decimal(38, 4)))
            as double
        ) / sum(campaign_costs.n_contacted) as redeemed_retailer_funded
    from campaign_costs
    inner join designs
        on {{ is_trial_of_design(
            'designs.campaign_types', 'campaign_costs.campaign_type'
        ) }}
    where campaign_costs.is_fully_observed

),

-- A component that was not measured makes the cost unknown, but only where it counts.
costs as (

    select
        cost_models.*,
        measured_costs.n_campaigns,
        measured_costs.n_contacted,
        cost_models.flat_cost
        + case cost_models.stated
            when 1 then {{ stated_cost if is_stated else 'null' }} else 0
        end
        + case cost_models.mailing when 1 then {{ setting('mailing_cost') }} else 0 end
        + case cost_models.documents
            when 1 then documented_cost.cost_per_household else 0
        end
        + case cost_models.retailer_funded
            when 1 then measured_costs.retailer_funded else 0
        end
        + case cost_models.redeemed_retailer_funded
            when 1 then measured_costs.redeemed_retailer_funded else 0
        end as cost_per_contact
    from cost_models
    cross join measured_costs
    cross join documented_cost

),

-- Where the model that was asked for could not be measured, the mailing alone decides.
configured as (

    select if(cost_per_contact is null, 'mailing', cost_model) as cost_model
    from costs
    where cost_model = '{{ "stated" if is_stated else setting("cost_model") }}'

),

final as (

    select
        costs.cost_model,
        costs.position,
        costs.source,
        costs.caution,
        configured.cost_model is not null as is_configured,
        cast(costs.n_campaigns as integer) as n_campaigns,
        cast(coalesce(costs.n_contacted, 0) as integer) as n_contacted,
        cast(costs.cost_per_contact as double) as cost_per_contact,
        cast({{ setting('margin') }} as double) as margin,
        cast(costs.cost_per_contact / {{ setting('margin') }} as double)
            as break_even_effect
    from costs
    left join configured on costs.cost_model = configured.cost_model

)

select * from final
order by position
