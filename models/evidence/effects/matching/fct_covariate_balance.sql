with

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

balance_weights as (

    select * from {{ ref('int_balance_weights') }}

),

weighted_rows as (

    select
        covariate_rows.covariate,
        covariate_rows.covariate_group,
        covariate_rows.covariate_value,
        balance_weights.*
    from covariate_rows
    inner join balance_weights
        on
            covariate_rows.design = balance_weights.design
            and covariate_rows.campaign_id = balance_weights.campaign_id
            and covariate_rows.household_id = balance_weights.household_id

),

arm_means as (

    select
        design,
        covariate,
        covariate_group,
        split_id,
        is_treated,
        {{ exact_avg('covariate_value') }} as unweighted_mean,
        var_samp(covariate_value) as unweighted_variance,
        {{ exact_sum('ipw * covariate_value') }}
        / nullif({{ exact_sum('ipw') }}, 0) as ipw_mean,
        {{ exact_sum('att * covariate_value') }}
        / nullif({{ exact_sum('att') }}, 0) as att_mean,
        {{ exact_sum('overlap * covariate_value') }}
        / nullif({{ exact_sum('overlap') }}, 0) as overlap_mean,
        {{ exact_sum('matched * covariate_value') }}
        / nullif({{ exact_sum('matched') }}, 0) as matched_mean
    from weighted_rows
    group by design, covariate, covariate_group, split_id, is_treated

),

-- The variances of the raw sample scale all differences. Otherwise weighting could look
-- better merely because it widens the spread.
split_differences as (

    select
        treated.design,
        treated.covariate,
        treated.covariate_group,
        treated.split_id,
        treated.unweighted_mean as treated_mean,
        control.unweighted_mean as control_mean,
        case
            -- Without any spread the difference is 0, so any divisor will do.
            when treated.unweighted_variance + control.unweighted_variance = 0 then 1
            else sqrt((treated.unweighted_variance + control.unweighted_variance) / 2)
        end as pooled_sd,
        treated.ipw_mean - control.ipw_mean as ipw_difference,
        treated.att_mean - control.att_mean as att_difference,
        treated.overlap_mean - control.overlap_mean as overlap_difference,
        treated.matched_mean - control.matched_mean as matched_difference
    from arm_means as treated
    inner join arm_means as control
        on
            treated.design = control.design
            and treated.covariate = control.covariate
            and treated.split_id = control.split_id
            and treated.is_treated = 1
            and control.is_treated = 0

),

final as (

    select
        design,
        covariate,
        covariate_group,
        round(max(treated_mean), 9) as treated_mean,
        round(max(control_mean), 9) as control_mean,
        round(max((treated_mean - control_mean) / pooled_sd), 9) as smd_unweighted,
        round(median(ipw_difference / pooled_sd), 9) as smd_ipw,
        round(median(att_difference / pooled_sd), 9) as smd_att,
        round(median(overlap_difference / pooled_sd), 9) as smd_overlap,
        round(median(matched_difference / pooled_sd), 9) as smd_matched
    from split_differences
    group by design, covariate, covariate_group

)

select * from final
order by design, covariate
