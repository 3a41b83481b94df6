with

terms as (

    select * from {{ ref('int_placebo_terms') }}

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

final as (

    {{ scope_effects('terms', 'scopes', ['estimator']) }}

)

select * from final
order by estimator, scope
