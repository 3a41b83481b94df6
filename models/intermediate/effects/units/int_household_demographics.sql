with

attributes as (

    select * from {{ ref('stg_household_attributes') }}

),

categories as (

    select * from {{ ref('int_household_categories') }}

),

category_covariates as (

    select * from {{ ref('int_category_covariates') }}

),

demographic_levels as (

    select * from {{ ref('demographic_levels') }}

),

-- An attribute with a level that has no number is used by its categories.
numbered_levels as (

    select
        attributes.household_id,
        attributes.attribute as name,
        demographic_levels.value
    from attributes
    inner join demographic_levels
        on
            attributes.attribute = demographic_levels.attribute
            and attributes.level = demographic_levels.level
    where attributes.attribute not in (select categories.attribute from categories)

),

category_rows as (

    select
        categories.household_id,
        category_covariates.covariate as name,
        1.0 as value
    from categories
    left join category_covariates
        on
            categories.attribute = category_covariates.attribute
            and categories.category = category_covariates.category

),

all_rows as (

    select * from numbered_levels
    union all
    select * from category_rows

),

final as (

    select
        household_id,
        max(value) filter (where name = 'age') as age_years,
        max(value) filter (where name = 'income') as income_thousands,
        max(value) filter (where name = 'home_ownership') as is_homeowner,
        max(value) filter (where name = 'marital_status') as is_married,
        max(value) filter (where name = 'household_size') as household_size,
        {%- for covariate in own_groups() %}
        cast(count(*) filter (where name = '{{ covariate }}') as integer)
            as {{ covariate }},
        {%- endfor %}
        max(value) filter (where name = 'kids_count') as n_kids
    from all_rows
    group by household_id

)

select * from final
order by household_id
