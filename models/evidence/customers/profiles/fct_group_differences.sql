with

group_tests as (

    select * from {{ ref('int_group_tests') }}

),

p_values as (

    select * from {{ ref('py_group_tests') }}

),

group_pairs as (

    select * from {{ ref('group_pairs') }}

),

effect_sizes as (

    select * from {{ ref('effect_sizes') }}

),

strong_pairs as (

    select distinct
        least(variable, other_variable) as variable,
        greatest(variable, other_variable) as other_variable
    from {{ ref('fct_association_matrix') }}
    where is_strong

),

-- Differences that the definition brings with it are a family of their own: they would
-- lower the q-values of the others.
related_tests as (

    select
        group_tests.*,
        p_values.p_value,
        coalesce(p_values.v_lower, group_tests.ci_lower) as lower_limit,
        coalesce(p_values.v_upper, group_tests.ci_upper) as upper_limit,
        group_pairs.group_label,
        group_pairs.other_label,
        group_pairs.caution,
        not group_tests.is_by_definition and strong_pairs.variable is not null
            as repeats_definition,
        effect_sizes.* exclude (test)
    from group_tests
    inner join group_pairs on group_tests.group_pair = group_pairs.group_pair
    inner join effect_sizes on group_tests.test = effect_sizes.test
    left join p_values on group_tests.test_id = p_values.test_id
    left join strong_pairs
        on
            least(group_tests.measured_by, group_pairs.defining_variable)
            = strong_pairs.variable
            and greatest(group_tests.measured_by, group_pairs.defining_variable)
            = strong_pairs.other_variable

),

ranked_tests as (

    select
        *,
        -- Odds of 1 to 2 are as far from even as odds of 2 to 1.
        if(measure = 'odds_ratio', exp(abs(ln(effect_size))), abs(effect_size))
            as strength,
        {{ family_rank('p_value', 'group_pair, repeats_definition') }}
    from related_tests

),

final as (

    select
        group_pair,
        group_label,
        other_label,
        variable,
        variable_group,
        level,
        test,
        is_by_definition,
        repeats_definition,
        cast(n_group as integer) as n_group,
        cast(n_other as integer) as n_other,
        cast(n_missing_group as integer) as n_missing_group,
        cast(n_missing_other as integer) as n_missing_other,
        group_value,
        other_value,
        statistic,
        cast(degrees_of_freedom as double) as degrees_of_freedom,
        p_value,
        {{ q_value(
            'p_value', 'group_pair, repeats_definition', 'n_family_tests', 'p_rank'
        ) }} as q_value,
        measure as effect_measure,
        effect_size,
        lower_limit as ci_lower,
        upper_limit as ci_upper,
        interval_method,
        case
            when q_value >= 0.05 then 'none shown'
            when strength >= large_from then 'large'
            when strength >= medium_from then 'medium'
            when strength >= small_from then 'small'
            when strength is not null then 'negligible'
        end as size,
        small_cell_share,
        caution
    from ranked_tests

)

select * from final
order by group_pair, variable, test, level
