with

dr_scores as (

    select *
    from {{ ref('int_dr_scores') }}
    where is_main_design

),

-- Means over the repeated splits. In each split the unit was scored by models that were
-- not fitted on its household.
final as (

    select
        design,
        outcome,
        cast(campaign_id as bigint) as campaign_id,
        cast(household_id as bigint) as household_id,
        cast(max(is_treated) as integer) = 1 as is_treated,
        max(outcome_value) as outcome_value,
        {{ exact_avg('propensity') }} as propensity,
        {{ exact_avg('mu0') }} as mu0,
        {{ exact_avg('mu1') }} as mu1,
        {{ exact_avg('dr_score') }} as dr_score,
        cast(min(fold) filter (where split_id = 1) as integer) as fold,
        cast(count(*) as integer) as n_splits
    from dr_scores
    group by design, outcome, campaign_id, household_id

)

select * from final
order by design, outcome, campaign_id, household_id
