with

unit_covariates as (

    select * from {{ ref('int_unit_covariates') }}

),

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where {{ main_designs() }}

),

numeric_units as (

    select
        design,
        campaign_id,
        household_id,
        cast(
            columns(
                * exclude (design, campaign_id, household_id, is_treated)
            ) as double
        )
    from unit_covariates

),

covariate_rows as (

    unpivot numeric_units
    on columns(* exclude (design, campaign_id, household_id))
    into name covariate value covariate_value

),

weighted_rows as (

    select
        covariate_rows.design,
        covariate_rows.covariate,
        covariate_rows.covariate_value,
        unit_propensities.split_id,
        unit_propensities.is_treated,
        1.0 as unweighted,
        case unit_propensities.is_treated
            when 1 then 1 / unit_propensities.propensity
            else 1 / (1 - unit_propensities.propensity)
        end as ipw_weight,
        case unit_propensities.is_treated
            when 1 then 1 - unit_propensities.propensity
            else unit_propensities.propensity
        end as overlap_weight
    from covariate_rows
    inner join unit_propensities
        on
            covariate_rows.design = unit_propensities.design
            and covariate_rows.campaign_id = unit_propensities.campaign_id
            and covariate_rows.household_id = unit_propensities.household_id

),

arm_means as (

    select
        design,
        covariate,
        split_id,
        is_treated,
        {{ exact_avg('covariate_value') }} as unweighted_mean,
        var_samp(covariate_value) as unweighted_variance,
        {{ exact_sum('ipw_weight * covariate_value') }}
        / {{ exact_sum('ipw_weight') }} as ipw_mean,
        {{ exact_sum('overlap_weight * covariate_value') }}
        / {{ exact_sum('overlap_weight') }} as overlap_mean
    from weighted_rows
    group by design, covariate, split_id, is_treated

),

-- The variances of the raw sample scale all three differences, or weighting could look
-- better by widening the spread.
split_differences as (

    select
        treated.design,
        treated.covariate,
        treated.split_id,
        treated.unweighted_mean as treated_mean,
        control.unweighted_mean as control_mean,
        nullif(
            sqrt((treated.unweighted_variance + control.unweighted_variance) / 2), 0
        ) as pooled_sd,
        treated.ipw_mean - control.ipw_mean as ipw_difference,
        treated.overlap_mean - control.overlap_mean as overlap_difference
    from arm_means as treated
    inner join arm_means as control
        on
            treated.design = control.design
            and treated.covariate = control.covariate
            and treated.split_id = control.split_id
            and treated.is_treated = 1
            and control.is_treated = 0

),

-- A covariate without any spread is balanced by definition.
final as (

    select
        design,
        covariate,
        round(max(treated_mean), 9) as treated_mean,
        round(max(control_mean), 9) as control_mean,
        round(
            coalesce(max((treated_mean - control_mean) / pooled_sd), 0), 9
        ) as smd_unweighted,
        round(coalesce(median(ipw_difference / pooled_sd), 0), 9) as smd_ipw,
        round(coalesce(median(overlap_difference / pooled_sd), 0), 9) as smd_overlap
    from split_differences
    group by design, covariate

)

select * from final
order by design, covariate
