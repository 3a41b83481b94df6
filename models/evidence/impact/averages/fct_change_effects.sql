with

change_terms as (

    select * from {{ ref('int_change_terms') }}

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

estimates as (

    {{ scope_effects('change_terms', 'scopes', ['estimator', 'outcome']) }}

),

final as (

    select
        estimator,
        scope,
        outcome,
        cast(n_sent as bigint) as n_sent,
        cast(n_others as bigint) as n_others,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        {{ two_sided_p_value('(estimate / nullif(std_error, 0))') }} as p_value
    from estimates

)

select * from final
order by estimator, scope, outcome
