with

-- Squares of whole ten-thousandths have exact sums in any order, so that the standard
-- deviation does not depend on the number of threads.
baskets as (

    select
        *,
        cast(trunc(sales_value) as bigint) * 10000
        + cast((sales_value % 1) * 10000 as bigint) as ten_thousandths
    from {{ ref('int_baskets') }}

),

household_days as (

    select
        household_id,
        day,
        week,
        count(*) filter (where is_visit) as n_baskets,
        {%- for number in [
            'n_item_lines', 'n_units', 'n_discounted_lines', 'n_private_lines',
            'n_branded_lines'
        ] %}
        cast(sum({{ number }}) as bigint) as {{ number }},
        {%- endfor %}
        {%- for amount in [
            'sales_value', 'actual_spend', 'returned_sales', 'retail_discount',
            'coupon_discount', 'coupon_match_discount'
        ] %}
        cast(sum({{ amount }}) as decimal(18, 4)) as {{ amount }},
        {%- endfor %}
        {%- for category in share_categories() %}
        cast(sum({{ category }}_sales) as decimal(18, 4)) as {{ category }}_sales,
        {%- endfor %}
        cast(sum(case when is_visit then sales_value else 0 end) as decimal(18, 4))
            as visit_sales,
        bit_or(departments) as departments,
        sum(
            case
                when is_visit then cast(ten_thousandths as hugeint) * ten_thousandths
                else 0
            end
        ) as squared_visit_sales
    from baskets
    group by household_id, day, week

),

-- On a day of returns only the household's money changes, and nothing else.
visit_days as (

    select
        *,
        case when n_baskets > 0 then day end as visit_day,
        case when n_baskets > 0 then week end as visit_week
    from household_days

),

followed_days as (

    select
        *,
        max(visit_day) over (
            partition by household_id
            order by day
            rows between unbounded preceding and 1 preceding
        ) as last_visit_day
    from visit_days

),

final as (

    select
        * exclude (last_visit_day),
        case when visit_day is not null then last_visit_day end as previous_day
    from followed_days

)

select * from final
