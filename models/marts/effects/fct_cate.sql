with

forest_effects as (

    select * from {{ ref('py_causal_forest') }}

),

-- Mean over the repeated splits, of the limits too: a mean of intervals is no narrower
-- than the interval of a mean.
final as (

    select
        design,
        outcome,
        'causal_forest' as learner,
        cast(campaign_id as bigint) as campaign_id,
        cast(household_id as bigint) as household_id,
        avg(cate) as cate,
        avg(ci_lower) as ci_lower,
        avg(ci_upper) as ci_upper,
        bool_and(is_out_of_fold) as is_out_of_fold
    from forest_effects
    group by design, outcome, campaign_id, household_id

)

select * from final
order by design, outcome, learner, campaign_id, household_id
