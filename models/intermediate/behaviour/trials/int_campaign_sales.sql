with

lines as (

    select * from {{ ref('int_lines') }}

),

-- A product may be on several coupons of a campaign.
campaign_products as (

    select distinct
        campaign_id,
        product_id
    from {{ ref('stg_coupons') }}

),

final as (

    select
        campaign_products.campaign_id,
        lines.household_id,
        lines.day,
        cast(sum(lines.sales_value) as decimal(18, 4)) as sales_value
    from lines
    inner join campaign_products on lines.product_id = campaign_products.product_id
    group by campaign_products.campaign_id, lines.household_id, lines.day

)

select * from final
order by campaign_id, household_id, day
