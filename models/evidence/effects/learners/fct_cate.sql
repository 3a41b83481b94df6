with

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

-- Effects and limits are means over the repeated splits. A mean of intervals is no
-- narrower than the interval of a mean.
final as (

    select
        design,
        outcome,
        learner,
        cast(campaign_id as bigint) as campaign_id,
        cast(household_id as bigint) as household_id,
        avg(cate order by split_id) as cate,
        avg(ci_lower order by split_id) as ci_lower,
        avg(ci_upper order by split_id) as ci_upper,
        bool_and(is_out_of_fold) as is_out_of_fold
    from predictions
    group by design, outcome, learner, campaign_id, household_id

)

select * from final
order by design, outcome, learner, campaign_id, household_id
