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

measured_tests as (

    select
        group_tests.*,
        p_values.p_value,
        coalesce(p_values.v_lower, group_tests.ci_lower) as lower_limit,
        coalesce(p_values.v_upper, group_tests.ci_upper) as upper_limit,
        group_pairs.group_label,
        group_pairs.other_label,
        group_pairs.caution,
        effect_sizes.measure,
        effect_sizes.interval_method,
        effect_sizes.small_from,
        effect_sizes.medium_from,
        effect_sizes.large_from
    from group_tests
    inner join group_pairs on group_tests.group_pair = group_pairs.group_pair
    inner join effect_sizes on group_tests.test = effect_sizes.test
    left join p_values on group_tests.test_id = p_values.test_id

),

-- Differences that the definition brings with it are a family of their own: they would
-- lower the q-values of the others.
ranked_tests as (

    select
        *,
        -- Odds of 1 to 2 are as far from even as odds of 2 to 1.
        if(measure = 'odds_ratio', exp(abs(ln(effect_size))), abs(effect_size))
            as strength,
        {{ family_rank('p_value', 'group_pair, repeats_definition') }}
    from measured_tests

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
