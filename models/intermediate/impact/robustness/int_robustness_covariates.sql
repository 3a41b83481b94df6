{%- set attributes = [
    'age_years', 'income_thousands', 'is_homeowner', 'is_married', 'household_size', 'n_kids'
] -%}

with

covariates as (

    select * from {{ ref('int_impact_covariates') }}

),

sampled_units as (

    select * from {{ ref('int_regression_units') }}

),

demographics as (

    select * from {{ ref('int_household_demographics') }}

),

final as (

    select
        covariates.*,
        {%- for attribute in attributes %}
        coalesce(demographics.{{ attribute }}, 0) as {{ attribute }},
        cast(demographics.{{ attribute }} is not null as integer)
            as {{ attribute }}_stated,
        {%- endfor %}
        {%- for group in own_groups() %}
        coalesce(demographics.{{ group }}, 0) as {{ group }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from covariates
    inner join sampled_units
        on
            covariates.campaign_id = sampled_units.campaign_id
            and covariates.household_id = sampled_units.household_id
    left join demographics on covariates.household_id = demographics.household_id

)

select * from final
order by campaign_id, household_id
