with

segment_tests as (

    select * from {{ ref('py_segment_tests') }}

),

test_values as (

    select * from {{ ref('int_segment_test_values') }}

),

variable_groups as (

    select distinct
        variable,
        variable_group
    from test_values

),

typed_tests as (

    select
        segment_tests.variable,
        segment_tests.test,
        variable_groups.variable_group,
        variable_groups.variable_group = 'clustering_feature' as is_circular,
        variable_groups.variable_group in ('demographic', 'second_half')
            as is_held_out,
        cast(segment_tests.n_values as integer) as n_values,
        cast(segment_tests.n_segments as integer) as n_segments,
        cast(segment_tests.n_categories as integer) as n_categories,
        segment_tests.statistic,
        cast(segment_tests.degrees_of_freedom as double) as degrees_of_freedom,
        cast(segment_tests.degrees_within as double) as degrees_within,
        segment_tests.p_value,
        segment_tests.small_cell_share
    from segment_tests
    inner join variable_groups on segment_tests.variable = variable_groups.variable

),

-- Held-out tests are a family of their own. Features that differ by construction would
-- lower the q-values of the held-out tests.
ranked_tests as (

    select
        *,
        {{ family_rank('p_value', 'is_held_out') }}
    from typed_tests

),

adjusted_tests as (

    select
        *,
        {{ q_value('p_value', 'is_held_out', 'n_family_tests', 'p_rank') }} as q_value,
        least(n_segments, n_categories) - 1 as n_table_steps
    from ranked_tests

),

final as (

    select
        variable,
        test,
        variable_group,
        is_circular,
        is_held_out,
        n_values,
        n_segments,
        n_categories,
        statistic,
        degrees_of_freedom,
        degrees_within,
        p_value,
        q_value,
        case test
            when 'anova' then 'eta_squared'
            when 'kruskal_wallis' then 'epsilon_squared'
            when 'chi_square' then 'cramers_v'
        end as effect_measure,
        -- Capped, because rounding can lift a perfect separation above 1.
        case
            when statistic is null then null
            when test = 'anova'
                then
                    statistic * degrees_of_freedom
                    / (statistic * degrees_of_freedom + degrees_within)
            when test = 'kruskal_wallis' then least(1, statistic / (n_values - 1.0))
            when test = 'chi_square'
                then least(1, sqrt(statistic / (n_values * n_table_steps)))
        end as effect_size,
        -- All three measures grow by chance with the number of segments and categories.
        case
            when statistic is null then null
            when test = 'chi_square'
                then sqrt(degrees_of_freedom / ((n_values - 1.0) * n_table_steps))
            else degrees_of_freedom / (n_values - 1.0)
        end as chance_effect_size,
        small_cell_share
    from adjusted_tests

)

select * from final
order by variable, test
