with

number_tests as (

    select * from {{ ref('int_group_number_tests') }}

),

level_tests as (

    select * from {{ ref('int_group_level_tests') }}

),

members as (

    select
        group_pair,
        count(*) filter (where side = 'group') as n_group,
        count(*) filter (where side = 'other') as n_other
    from {{ ref('int_group_members') }}
    group by group_pair

),

variables as (

    select distinct
        variable,
        variable_group,
        measured_by
    from {{ ref('int_group_values') }}

),

group_pairs as (

    select * from {{ ref('group_pairs') }}

),

strong_pairs as (

    select distinct
        least(variable, other_variable) as variable,
        greatest(variable, other_variable) as other_variable
    from {{ ref('fct_association_matrix') }}
    where is_strong

),

all_tests as (

    select
        *,
        'all' as level,
        cast(null as bigint) as n_group_level,
        cast(null as bigint) as n_other_level,
        cast(null as double) as small_cell_share
    from number_tests
    union all by name
    select
        *,
        {{ ratio('n_group_level', 'n_group') }} as group_value,
        {{ ratio('n_other_level', 'n_other') }} as other_value
    from level_tests

),

-- What formed the groups is shown, not tested.
final as (

    select
        row_number() over (
            order by
                all_tests.group_pair, all_tests.variable, all_tests.test,
                all_tests.level
        ) as test_id,
        all_tests.group_pair,
        all_tests.variable,
        variables.variable_group,
        all_tests.level,
        all_tests.test,
        variables.measured_by = group_pairs.defining_variable as is_by_definition,
        not is_by_definition and strong_pairs.variable is not null
            as repeats_definition,
        all_tests.n_group,
        all_tests.n_other,
        members.n_group - all_tests.n_group as n_missing_group,
        members.n_other - all_tests.n_other as n_missing_other,
        all_tests.group_value,
        all_tests.other_value,
        all_tests.n_group_level,
        all_tests.n_other_level,
        all_tests.small_cell_share,
        if(is_by_definition, null, all_tests.statistic) as statistic,
        if(is_by_definition, null, all_tests.degrees_of_freedom) as degrees_of_freedom,
        if(is_by_definition, null, all_tests.effect_size) as effect_size,
        if(is_by_definition, null, all_tests.ci_lower) as ci_lower,
        if(is_by_definition, null, all_tests.ci_upper) as ci_upper
    from all_tests
    inner join variables on all_tests.variable = variables.variable
    inner join group_pairs on all_tests.group_pair = group_pairs.group_pair
    inner join members on all_tests.group_pair = members.group_pair
    left join strong_pairs
        on
            least(variables.measured_by, group_pairs.defining_variable)
            = strong_pairs.variable
            and greatest(variables.measured_by, group_pairs.defining_variable)
            = strong_pairs.other_variable

)

select * from final
order by test_id
