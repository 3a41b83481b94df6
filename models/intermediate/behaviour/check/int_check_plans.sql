with

campaigns as (

    select * from {{ ref('int_check_campaigns') }}

),

left_out_targets as (

    select * from {{ ref('stg_left_out_targets') }}

),

left_out_sales as (

    select * from {{ ref('stg_left_out_sales') }}

),

totals as (

    select
        sum(n_targets) as n_targets,
        sum(n_without_purchase) as n_without_purchase
    from left_out_targets

),

final as (

    select
        'targets without purchases' as finding,
        n_without_purchase / n_targets as number,
        'Targets that never bought: ' || n_without_purchase || ' of ' || n_targets
        || '. They are left out: a campaign to people who are no customers yet is '
        || 'another question.'
        || case
            when n_without_purchase > 0.5 * n_targets
                then ' More than half: are the ids of campaign_targets written as '
                    || 'those of transactions?'
            else ''
        end as sentence
    from totals
    where n_without_purchase > 0
    union all
    select
        'long campaigns' as finding,
        cast(n_campaign_days as double) as number,
        'Campaign ' || source_campaign_id || ' lasts '
        || {{ counted('n_campaign_days', 'day') }} || ', '
        || 'from ' || start_date || ' to ' || end_date || '. Is its end a '
        || 'placeholder? Leave the end empty if it is open.' as sentence
    from campaigns
    where n_campaign_days > 366
    union all
    select
        'open campaigns' as finding,
        cast(n_campaign_days as double) as number,
        'Campaign ' || source_campaign_id || ' has no end inside of the data: it '
        || 'counts until ' || end_date || '.' as sentence
    from campaigns
    where is_open_ended
    union all
    select
        'sales without a household' as finding,
        cast(sales_share as double) as number,
        'Sales of nobody (var nobody_households): ' || {{ counted('n_lines', 'line') }}
        || ' in ' || {{ counted('n_baskets', 'basket') }} || ' ('
        || {{ in_per_cent('basket_share', 1) }} || ' of the baskets, '
        || {{ in_per_cent('coalesce(sales_share, 0)', 1) }} || ' of sales). They '
        || 'are left out.' as sentence
    from left_out_sales

)

select * from final
order by finding, sentence
