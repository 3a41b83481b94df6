{% set is_own = setting('edition') == 'canonical' %}

with

edition_households as (

    select * from {{ ref('base_' ~ setting('edition') ~ '__households') }}

),

shoppers as (

    select distinct household_id as shopper_id
    from {{ ref('base_transactions') }}
    where reject_reason is null

),

numbered_households as (

    select
        edition_households.*,
        shoppers.shopper_id,
        row_number() over (
            partition by edition_households.household_id, edition_households.is_repeat
            order by edition_households.age, edition_households.income
        ) as key_row_number
    from edition_households
    left join shoppers on edition_households.household_id = shoppers.shopper_id

),

final as (

    select
        household_id,
        age,
        income,
        home_ownership,
        marital_status,
        household_size,
        household_composition,
        kids_count,
        {% if is_own -%}
        attributes,
        {% else -%}
        {{ listed_attributes([
            'age', 'income', 'home_ownership', 'marital_status', 'household_size',
            'household_composition', 'kids_count'
        ]) }} as attributes,
        {% endif -%}
        shopper_id is not null as has_purchases,
        is_repeat,
        case
            when problem is not null then problem
            when household_id is null then 'household_id is not a whole number'
            {% if not is_own -%}
            when shopper_id is null then 'orphan household_id: no transaction'
            {% endif -%}
            when is_repeat then null
            when key_row_number > 1 then 'duplicated key (household_id)'
        end as reject_reason,
        case when reject_reason is not null then cast(raw_row as varchar) end
            as raw_text
    from numbered_households

)

select * from final
