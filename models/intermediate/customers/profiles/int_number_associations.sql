with

variables as (

    select * from {{ ref('int_household_variables') }}
    where number_value is not null

),

-- Deviations from the mean keep the sums of squares small, hence precise. Whole numbers
-- are sorted faster than doubles.
ordered_values as (

    select
        *,
        number_value
        - {{ exact_avg('number_value', 'over (partition by position)') }} as deviation,
        cast(rank() over (partition by position order by number_value) as integer)
            as value_order
    from variables

),

-- Sums and ranks are over the households that have a value of both variables. Two
-- variables without a number are a table (int_table_associations).
pair_rows as (

    select
        variables.position,
        others.position as other_position,
        variables.scale = 'number' and others.scale = 'number' as are_numbers,
        'binary' in (variables.scale, others.scale) as is_binary,
        variables.deviation,
        others.deviation as other_deviation,
        {{ mean_rank(
            'variables.value_order', 'variables.position, others.position'
        ) }} as value_rank,
        {{ mean_rank(
            'others.value_order', 'variables.position, others.position'
        ) }} as other_rank
    from ordered_values as variables
    inner join ordered_values as others
        on
            variables.household_id = others.household_id
            and variables.position < others.position
    where
        'number' in (variables.scale, others.scale)
        or (variables.scale = 'ordered' and others.scale = 'ordered')

),

pair_sums as (

    select
        position,
        other_position,
        are_numbers,
        is_binary,
        count(*) as n_households,
        {{ exact_sum('deviation') }} as total,
        {{ exact_sum('other_deviation') }} as other_total,
        {{ exact_sum('deviation * deviation') }} as squares,
        {{ exact_sum('other_deviation * other_deviation') }} as other_squares,
        {{ exact_sum('deviation * other_deviation') }} as products,
        -- Sums of halves are exact in any order. Ranks average (n + 1) / 2.
        sum(value_rank * value_rank) as rank_squares,
        sum(other_rank * other_rank) as other_rank_squares,
        sum(value_rank * other_rank) as rank_products,
        n_households * pow((n_households + 1) / 2, 2) as squared_mean_ranks
    from pair_rows
    group by position, other_position, are_numbers, is_binary

),

correlations as (

    select
        *,
        (products - total * other_total / n_households) / sqrt(
            nullif(
                greatest(0, squares - total * total / n_households)
                * greatest(0, other_squares - other_total * other_total / n_households),
                0
            )
        ) as pearson,
        (rank_products - squared_mean_ranks) / sqrt(
            nullif(
                (rank_squares - squared_mean_ranks)
                * (other_rank_squares - squared_mean_ranks),
                0
            )
        ) as spearman
    from pair_sums

),

final as (

    select
        position,
        other_position,
        case when is_binary then 'point_biserial' else 'pearson' end as coefficient,
        n_households,
        pearson as value
    from correlations
    where are_numbers or is_binary
    union all
    select
        position,
        other_position,
        'spearman' as coefficient,
        n_households,
        spearman as value
    from correlations
    where not is_binary

)

select * from final
order by position, other_position, coefficient
