with

attributes as (

    select * from {{ ref('stg_household_attributes') }}
    where level is not null

),

demographic_levels as (

    select * from {{ ref('demographic_levels') }}

),

features as (

    select * from {{ ref('features') }}

),

numbered_attributes as (

    select
        attributes.household_id,
        attributes.attribute,
        attributes.level,
        demographic_levels.value as number_value
    from attributes
    left join demographic_levels
        on
            attributes.attribute = demographic_levels.attribute
            and attributes.level = demographic_levels.level

),

-- Ranks add nothing to two levels.
attribute_orders as (

    select
        attribute,
        bool_and(number_value is not null) and count(distinct number_value) > 2
            as is_ordered
    from numbered_attributes
    group by attribute

),

final as (

    select
        numbered_attributes.household_id,
        -- A column of the retailer's own may be called like a feature.
        case
            when
                numbered_attributes.attribute
                in (select features.feature from features)
                then 'own_' || numbered_attributes.attribute
            else numbered_attributes.attribute
        end as variable,
        case when attribute_orders.is_ordered then 'ordered' else 'category' end
            as scale,
        case when attribute_orders.is_ordered then numbered_attributes.number_value end
            as number_value,
        numbered_attributes.level
    from numbered_attributes
    inner join attribute_orders
        on numbered_attributes.attribute = attribute_orders.attribute

)

select * from final
