with

attributes as (

    select * from {{ ref('stg_household_attributes') }}

),

unordered_attributes as (

    select * from {{ ref('int_unordered_attributes') }}

),

households as (

    select distinct household_id from {{ ref('int_purchase_days') }}

),

stated_categories as (

    select
        attributes.household_id,
        attributes.attribute,
        case
            when not unordered_attributes.is_measured then attributes.level
            else
                'in quarter ' || least(4, cast(1 + floor(4 * percent_rank() over (
                    partition by attributes.attribute
                    order by try_cast(attributes.level as double)
                )) as integer)) || ' of 4'
        end as category
    from attributes
    inner join unordered_attributes
        on attributes.attribute = unordered_attributes.attribute

),

all_categories as (

    select
        households.household_id,
        unordered_attributes.attribute,
        coalesce(stated_categories.category, 'not stated') as category
    from households
    cross join unordered_attributes
    left join stated_categories
        on
            households.household_id = stated_categories.household_id
            and unordered_attributes.attribute = stated_categories.attribute

),

category_sizes as (

    select
        attribute,
        category,
        count(*) as n_households,
        row_number() over (
            partition by attribute order by count(*) desc, category asc
        ) as place
    from all_categories
    group by attribute, category

),

final as (

    select
        all_categories.household_id,
        all_categories.attribute,
        case
            when
                category_sizes.n_households >= {{ var('min_category_households') }}
                and category_sizes.place <= {{ var('max_categories') }}
                then all_categories.category
            else 'other'
        end as category
    from all_categories
    inner join category_sizes
        on
            all_categories.attribute = category_sizes.attribute
            and all_categories.category = category_sizes.category

)

select * from final
order by attribute, household_id
