with

cells as (

    select * from {{ ref('int_value_need_cells') }}

),

cross_sell_gaps as (

    select * from {{ ref('fct_cross_sell_gaps') }}

),

margins as (

    select
        *,
        sum(n_households) over (partition by need_option) as all_households,
        sum(n_households) over (partition by need_option, tier_id) as tier_households,
        sum(n_households) over (partition by need_option, need_type)
            as need_households,
        sum(sales_amount) over (partition by need_option) as all_sales,
        sum(sales_amount) over (partition by need_option, tier_id) as tier_sales
    from cells

),

widest_gaps as (

    select
        need_option,
        value_tier,
        need_type,
        category,
        gap,
        gap_amount
    from cross_sell_gaps
    where gap > 0
    qualify
        row_number() over (
            partition by need_option, value_tier, need_type
            order by gap desc, category asc
        ) = 1

),

final as (

    select
        margins.need_option,
        margins.value_tier,
        margins.need_type,
        cast(margins.n_households as integer) as n_households,
        margins.n_households / margins.all_households as household_share,
        case
            when margins.need_option = 'across_tiers'
                then
                    margins.n_households * margins.all_households
                    / nullif(margins.tier_households * margins.need_households, 0)
        end as count_index,
        margins.sales_amount / nullif(margins.all_sales, 0) as sales_share,
        margins.sales_amount / nullif(margins.n_households, 0) as mean_sales,
        margins.sales_amount * margins.tier_households
        / nullif(margins.n_households * margins.tier_sales, 0) as sales_index,
        widest_gaps.category as cross_sell_category,
        widest_gaps.gap as cross_sell_gap,
        widest_gaps.gap_amount as cross_sell_amount
    from margins
    left join widest_gaps
        on
            margins.need_option = widest_gaps.need_option
            and margins.value_tier = widest_gaps.value_tier
            and margins.need_type = widest_gaps.need_type
    order by margins.need_option, margins.tier_id, margins.need_type

)

select * from final
