with

rule_words as (

    select * from {{ ref('int_effect_rule_words') }}

),

rule_overlap as (

    select * from {{ ref('int_effect_rule_overlap') }}

),

estimates as (

    select * from {{ ref('int_effect_rule_estimates') }}

),

fidelities as (

    select *
    from {{ ref('int_surrogate_fidelity') }}
    where surrogate = 'tree'

),

-- As in fct_group_effects: a rule that too few households meet gets no estimate.
evaluated_rules as (

    select
        rule_overlap.*,
        rule_words.rule,
        fidelities.fidelity_r2,
        case when rule_overlap.is_large_enough then estimates.estimate end as estimate,
        case when rule_overlap.is_large_enough then estimates.std_error end
            as std_error,
        case
            when not rule_overlap.is_large_enough then 'too few'
            when rule_overlap.is_overlap_sufficient then 'passed'
            else 'failed'
        end as gate_status
    from rule_overlap
    inner join rule_words
        on
            rule_overlap.design = rule_words.design
            and rule_overlap.outcome = rule_words.outcome
            and rule_overlap.leaf_id = rule_words.leaf_id
    inner join fidelities
        on
            rule_overlap.design = fidelities.design
            and rule_overlap.outcome = fidelities.outcome
    left join estimates
        on
            rule_overlap.design = estimates.design
            and rule_overlap.outcome = estimates.outcome
            and rule_overlap.leaf_id = estimates.leaf_id

),

final as (

    select
        design,
        outcome,
        cast(leaf_id as integer) as rule_id,
        rule,
        cast(n_units as integer) as n_units,
        cast(n_households as integer) as n_households,
        n_units / sum(n_units) over (partition by design, outcome) as share_of_units,
        mean_predicted_effect,
        cast(n_treated as integer) as n_treated,
        cast(n_control as integer) as n_control,
        share_in_10_90,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        gate_status,
        fidelity_r2,
        coalesce(fidelity_r2 >= {{ var('min_surrogate_r2') }}, false) as is_faithful,
        'describes the model''s predictions, not causes' as note
    from evaluated_rules

)

select * from final
order by design, outcome, rule_id
