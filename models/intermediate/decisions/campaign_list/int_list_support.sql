with

cate_units as (

    select * exclude (design)
    from {{ ref('int_cate_units') }}
    where design = '{{ var("primary_design") }}' and is_fit_unit

),

household_rows as (

    select * from {{ ref('int_latest_covariate_rows') }}

),

covariates as (

    select * from {{ ref('int_covariates') }}

),

numeric_units as (

    select cast(columns(*) as double) from cate_units

),

unit_rows as (

    unpivot numeric_units
    on columns(* exclude (campaign_id, household_id))
    into name covariate value covariate_value

),

-- Outside the range of the trials, a prediction is that of the nearest units. A
-- covariate with one value for all units has no range, and fits leave it out.
covariate_ranges as (

    select
        covariate,
        quantile_disc(covariate_value, {{ var('support_tail') }}) as lowest,
        quantile_disc(covariate_value, 1 - {{ var('support_tail') }}) as highest
    from unit_rows
    group by covariate
    having min(covariate_value) < max(covariate_value)

),

final as (

    select
        household_rows.household_id,
        string_agg(covariates.label, ', ' order by covariates.label) as outside_support
    from household_rows
    inner join covariates on household_rows.covariate = covariates.covariate
    inner join covariate_ranges
        on
            household_rows.covariate = covariate_ranges.covariate
            and household_rows.covariate_value
            not between covariate_ranges.lowest and covariate_ranges.highest
    group by household_rows.household_id

)

select * from final
order by household_id
