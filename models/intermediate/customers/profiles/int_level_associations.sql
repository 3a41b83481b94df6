with

variables as (

    select * from {{ ref('int_household_variables') }}

),

level_sums as (

    select
        least(numbers.position, categories.position) as position,
        greatest(numbers.position, categories.position) as other_position,
        categories.level,
        count(*) as n_level,
        {{ exact_sum('numbers.number_value') }} as total,
        {{ exact_sum('numbers.number_value * numbers.number_value') }} as squares
    from variables as numbers
    inner join variables as categories
        on numbers.household_id = categories.household_id
    where numbers.scale = 'number' and categories.scale in ('category', 'ordered')
    group by numbers.position, categories.position, categories.level

),

pair_sums as (

    select
        position,
        other_position,
        sum(n_level) as n_households,
        count(*) - 1 as degrees_of_freedom,
        {{ exact_sum('total') }} as total,
        {{ exact_sum('squares') }} as squares,
        {{ exact_sum('total * total / n_level') }} as level_squares,
        pow({{ exact_sum('total') }}, 2) / sum(n_level) as mean_squares
    from level_sums
    group by position, other_position

),

final as (

    select
        position,
        other_position,
        n_households,
        degrees_of_freedom,
        greatest(0, level_squares - mean_squares)
        / nullif(greatest(0, squares - mean_squares), 0) as eta_squared
    from pair_sums

)

select * from final
order by position, other_position
