with

value_features as (

    select * from {{ ref('int_fit_features') }}
    where feature_role = 'value'

),

sales as (

    select
        household_id,
        filled_value as sales_amount
    from value_features
    where feature = 'monetary_sales'

),

feature_spreads as (

    select
        position,
        feature,
        {{ exact_avg('scaled_value') }} as mean_value,
        -- The deviation of equal values is not always 0 to the last bit.
        case
            when max(scaled_value) > min(scaled_value)
                then {{ exact_std_dev('scaled_value') }}
        end as std_dev
    from value_features
    group by position, feature

),

sales_spread as (

    select
        {{ exact_avg('sales_amount') }} as mean_value,
        case
            when max(sales_amount) > min(sales_amount)
                then {{ exact_std_dev('sales_amount') }}
        end as std_dev
    from sales

),

-- The standardised feature and sales; NULL if one of them does not vary.
standardised_values as (

    select
        value_features.feature,
        (value_features.scaled_value - feature_spreads.mean_value)
        / feature_spreads.std_dev as z_value,
        (sales.sales_amount - sales_spread.mean_value)
        / sales_spread.std_dev as z_sales
    from value_features
    inner join sales on value_features.household_id = sales.household_id
    inner join feature_spreads on value_features.feature = feature_spreads.feature
    cross join sales_spread

),

correlations as (

    select
        feature,
        {{ exact_avg('z_value * z_sales') }} as correlation
    from standardised_values
    group by feature

),

vector_length as (

    select sqrt({{ exact_sum('correlation * correlation') }}) as vector_length
    from correlations

),

-- The first component of partial least squares of the standardised features on sales:
-- weights are proportional to the correlations and have length 1 (Wold 1975;
-- Hoskuldsson 1988). A feature that does not correlate with sales has weight 0.
final as (

    select
        feature_spreads.position,
        feature_spreads.feature,
        feature_spreads.mean_value,
        feature_spreads.std_dev,
        coalesce(
            round(
                correlations.correlation / nullif(vector_length.vector_length, 0), 9
            ),
            0
        ) as weight
    from feature_spreads
    inner join correlations on feature_spreads.feature = correlations.feature
    cross join vector_length

)

select * from final
order by position
