with

scores as (

    select * from {{ ref('int_mechanism_scores') }}

),

averages as (

    select
        design,
        segment_id,
        mechanism,
        part,
        split_id,
        count(*) as n_units,
        count(distinct if(is_treated = 1, household_id, null))
            as n_treated_households,
        count(distinct if(is_treated = 0, household_id, null))
            as n_control_households,
        {{ exact_avg('described_value') }} as described_mean,
        {{ overlap_averages(
            'is_treated', 'outcome_value', 'propensity', 'mu0', 'mu1'
        ) }}
    from scores
    group by design, segment_id, mechanism, part, split_id

),

-- The formulas of int_group_influences.
final as (

    select
        design,
        segment_id,
        mechanism,
        part,
        split_id,
        scores.campaign_id,
        scores.household_id,
        averages.n_units,
        least(averages.n_treated_households, averages.n_control_households)
            as n_households_of_smaller_arm,
        averages.described_mean,
        averages.overlap_model_effect + averages.treated_residual
        - averages.control_residual as estimate,
        {{ overlap_influence(
            'scores.is_treated', 'scores.outcome_value', 'scores.propensity',
            'scores.mu0', 'scores.mu1', averages='averages'
        ) }} as influence
    from scores
    inner join averages using (design, segment_id, mechanism, part, split_id)

)

select * from final
order by design, segment_id, mechanism, part, split_id, campaign_id, household_id
