with

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

-- Effects and standard errors are means over the repeated splits. A mean of standard
-- errors is no smaller than the standard error of a mean.
final as (

    select
        design,
        outcome,
        learner,
        cast(campaign_id as bigint) as campaign_id,
        cast(household_id as bigint) as household_id,
        avg(cate order by split_id) as cate,
        avg((ci_upper - ci_lower) / (2 * 1.959963984540054) order by split_id)
            as std_error,
        bool_and(is_out_of_fold) as is_out_of_fold
    from predictions
    group by design, outcome, learner, campaign_id, household_id

)

select * from final
order by design, outcome, learner, campaign_id, household_id
