with

surrogate_units as (

    select * from {{ ref('int_surrogate_units') }}

),

covariate_rows as (

    select * from {{ ref('int_covariate_rows') }}

),

slopes as (

    select * from {{ ref('py_effect_surrogate_line') }}

),

-- A contribution is the distance from the mean in standard deviations, times the effect
-- of one standard deviation.
final as (

    select
        surrogate_units.design,
        surrogate_units.outcome,
        surrogate_units.campaign_id,
        surrogate_units.household_id,
        slopes.covariate,
        (covariate_rows.covariate_value - slopes.covariate_mean)
        / slopes.covariate_std_dev as z_score,
        slopes.coefficient
        * (covariate_rows.covariate_value - slopes.covariate_mean)
        / slopes.covariate_std_dev as contribution
    from surrogate_units
    inner join covariate_rows
        on
            surrogate_units.design = covariate_rows.design
            and surrogate_units.campaign_id = covariate_rows.campaign_id
            and surrogate_units.household_id = covariate_rows.household_id
    inner join slopes
        on
            surrogate_units.design = slopes.design
            and surrogate_units.outcome = slopes.outcome
            and covariate_rows.covariate = slopes.covariate

)

select * from final
order by design, outcome, campaign_id, household_id, covariate
