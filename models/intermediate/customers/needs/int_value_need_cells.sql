with

household_needs as (

    select * from {{ ref('int_household_need_types') }}

),

value_tiers as (

    select * from {{ ref('int_value_tiers') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}
    where window_id = 'full'

),

tiers as (

    select
        value_tier,
        row_number() over (order by min(value_score) desc) as tier_id
    from value_tiers
    group by value_tier

),

-- Need types of all households are paired with every tier, even if a cell has no
-- household. Need types of a tier are paired with that tier only.
cells as (

    select distinct
        household_needs.need_option,
        tiers.tier_id,
        tiers.value_tier,
        household_needs.need_type
    from household_needs
    inner join tiers
        on
            household_needs.need_option = 'across_tiers'
            or household_needs.value_tier = tiers.value_tier

),

cell_totals as (

    select
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type,
        count(*) as n_households,
        sum(window_features.monetary_sales) as sales_amount
    from household_needs
    inner join window_features
        on household_needs.household_id = window_features.household_id
    group by
        household_needs.need_option,
        household_needs.value_tier,
        household_needs.need_type

),

final as (

    select
        cells.need_option,
        cells.tier_id,
        cells.value_tier,
        cells.need_type,
        coalesce(cell_totals.n_households, 0) as n_households,
        coalesce(cell_totals.sales_amount, 0) as sales_amount
    from cells
    left join cell_totals
        on
            cells.need_option = cell_totals.need_option
            and cells.value_tier = cell_totals.value_tier
            and cells.need_type = cell_totals.need_type

)

select * from final
order by need_option, tier_id, need_type
