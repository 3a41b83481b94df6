with

attributes as (

    select * from {{ ref('stg_household_attributes') }}

),

ordered_levels as (

    select * from {{ ref('demographic_levels') }}

),

attribute_kinds as (

    select
        attributes.attribute,
        bool_and(ordered_levels.level is not null) as is_ordered,
        -- Numbers of many values, such as a year of birth.
        bool_and(try_cast(attributes.level as double) is not null)
        and count(distinct attributes.level) > {{ var('max_categories') }}
            as is_measured
    from attributes
    left join ordered_levels
        on
            attributes.attribute = ordered_levels.attribute
            and attributes.level = ordered_levels.level
    group by attributes.attribute

),

-- Size and kids say what a composition says, if both are numbers.
numbered_members as (

    select count(*) = 2 as tell_composition
    from attribute_kinds
    where is_ordered and attribute in ('household_size', 'kids_count')

),

final as (

    select
        attribute_kinds.attribute,
        attribute_kinds.is_measured
    from attribute_kinds
    cross join numbered_members
    where
        not attribute_kinds.is_ordered
        and not (
            attribute_kinds.attribute = 'household_composition'
            and numbered_members.tell_composition
        )

)

select * from final
order by attribute
