with

nodes as (

    select * from {{ ref('causal_nodes') }}

),

edges as (

    select
        *,
        bool_or(effect = 'sent the campaign') over (partition by cause)
        and bool_or(effect = 'purchases after') over (partition by cause)
            as is_confounder
    from {{ ref('causal_edges') }}

),

drivers as (

    select *
    from {{ ref('fct_assignment_drivers') }}
    where
        design = '{{ var("primary_design") }}'
        and outcome = 'purchase_amount'
        and driver_level = 'group'

),

robustness as (

    select confounder_strength
    from {{ ref('fct_sensitivity') }}
    where
        design = '{{ var("primary_design") }}'
        and outcome = 'purchase_amount'
        and scenario = 'robustness value of the interval'

),

-- The data know two kinds of arrows: into who is sent, and into what is bought.
known_edges as (

    select
        edges.*,
        causes.kind as cause_kind,
        causes.layer as cause_layer,
        effects.kind as effect_kind,
        effects.layer as effect_layer,
        causes.kind != 'unmeasured' as is_measured,
        causes.measured_by,
        case edges.effect
            when 'sent the campaign' then drivers.treatment_r2
            when 'purchases after' then drivers.outcome_r2
        end as partial_r2,
        case
            when
                causes.kind = 'unmeasured'
                and edges.is_confounder
                and edges.effect in ('sent the campaign', 'purchases after')
                then (select max(robustness.confounder_strength) from robustness)
        end as strength_needed
    from edges
    inner join nodes as causes on edges.cause = causes.node
    inner join nodes as effects on edges.effect = effects.node
    left join drivers on causes.covariate_group = drivers.driver

),

final as (

    select
        position,
        cause,
        effect,
        meaning,
        cause_kind,
        effect_kind,
        cause_layer,
        effect_layer,
        is_measured,
        is_confounder,
        measured_by,
        handling,
        partial_r2,
        strength_needed,
        {{ edge_evidence('partial_r2', 'strength_needed') }} as evidence
    from known_edges

)

select * from final
order by position
