with

variables as (

    select distinct
        position,
        variable,
        variable_group
    from {{ ref('int_household_variables') }}

),

number_associations as (

    select * from {{ ref('int_number_associations') }}

),

level_associations as (

    select * from {{ ref('int_level_associations') }}

),

table_associations as (

    select * from {{ ref('int_table_associations') }}

),

kept_pairs as (

    select * from {{ ref('kept_feature_pairs') }}

),

associations as (

    select
        position,
        other_position,
        coefficient,
        n_households,
        1 as degrees_of_freedom,
        value * value as squared_value,
        value
    from number_associations
    union all
    select
        position,
        other_position,
        'eta' as coefficient,
        n_households,
        degrees_of_freedom,
        eta_squared as squared_value,
        sqrt(eta_squared) as value
    from level_associations
    union all
    select
        position,
        other_position,
        'cramers_v' as coefficient,
        n_households,
        (n_levels - 1) * (n_other_levels - 1) as degrees_of_freedom,
        phi_squared as squared_value,
        {{ corrected_cramers_v(
            'phi_squared', 'n_households', 'n_levels', 'n_other_levels'
        ) }} as value
    from table_associations

),

-- Under independence, n - 1 times each squared coefficient follows a chi-square: the
-- statistics of Mantel and Haenszel (Landis, Heyman and Koch 1978).
tested_associations as (

    select
        *,
        case when degrees_of_freedom > 0 then (n_households - 1) * squared_value end
            as statistic
    from associations

),

final as (

    select
        cast(variables.position as integer) as position,
        cast(others.position as integer) as other_position,
        variables.variable,
        others.variable as other_variable,
        variables.variable_group,
        others.variable_group as other_group,
        tests.coefficient,
        cast(tests.n_households as integer) as n_households,
        tests.value,
        {{ chi_square_p_value('tests.statistic', 'tests.degrees_of_freedom') }}
            as p_value,
        abs(tests.value) >= {{ var('redundant_correlation') }} as is_strong,
        kept_pairs.kept_because
    from tested_associations as tests
    inner join variables on tests.position = variables.position
    inner join variables as others on tests.other_position = others.position
    left join kept_pairs
        on
            variables.variable = kept_pairs.feature
            and others.variable = kept_pairs.other_feature

)

select * from final
order by position, other_position, coefficient
