with

levels as (

    select * from {{ ref('int_group_levels') }}

),

-- Half a household in each cell, if one is empty (Haldane 1956; Anscombe 1956).
level_odds as (

    select
        *,
        case
            when
                least(
                    n_group_level,
                    n_other_level,
                    n_group - n_group_level,
                    n_other - n_other_level
                ) = 0
                then 0.5
            else 0
        end as added,
        n_group_level + added as group_in,
        n_group - n_group_level + added as group_out,
        n_other_level + added as other_in,
        n_other - n_other_level + added as other_out,
        (group_in / group_out) / (other_in / other_out) as odds_ratio,
        sqrt(1 / group_in + 1 / group_out + 1 / other_in + 1 / other_out) as std_error
    from levels
    where n_levels > 2 or (n_levels = 2 and level_number = 1)

),

tables as (

    select
        group_pair,
        variable,
        n_group,
        n_other,
        n_group + n_other as n_all,
        count(*) - 1 as degrees_of_freedom,
        {{ exact_sum('n_group_level * n_group_level / (n_group * n_level)') }}
        + {{ exact_sum('n_other_level * n_other_level / (n_other * n_level)') }}
        - 1 as phi_squared,
        -- Cochran (1954) doubts the test if a fifth of the expected counts is below 5.
        avg(
            if(n_level * n_group / (n_group + n_other) < 5, 1, 0)
            + if(n_level * n_other / (n_group + n_other) < 5, 1, 0)
        ) / 2 as small_cell_share
    from levels
    where n_group > 0 and n_other > 0
    group by group_pair, variable, n_group, n_other

),

final as (

    select
        group_pair,
        variable,
        'all' as level,
        'chi_square' as test,
        n_group,
        n_other,
        cast(null as bigint) as n_group_level,
        cast(null as bigint) as n_other_level,
        n_all * greatest(0, phi_squared) as statistic,
        degrees_of_freedom,
        {{ corrected_cramers_v(
            'phi_squared', 'n_all', '(degrees_of_freedom + 1)', '2'
        ) }} as effect_size,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        small_cell_share
    from tables
    where degrees_of_freedom > 0
    union all
    select
        group_pair,
        variable,
        level,
        'fisher' as test,
        n_group,
        n_other,
        n_group_level,
        n_other_level,
        cast(null as double) as statistic,
        cast(null as bigint) as degrees_of_freedom,
        odds_ratio as effect_size,
        exp({{ confidence_limit('ln(odds_ratio)', 'std_error', 'lower') }}) as ci_lower,
        exp({{ confidence_limit('ln(odds_ratio)', 'std_error', 'upper') }}) as ci_upper,
        cast(null as double) as small_cell_share
    from level_odds
    where n_group > 0 and n_other > 0

)

select * from final
order by group_pair, variable, test, level
