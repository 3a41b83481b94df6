with

-- Households with probability 0 or 1 were not drawn.
draws as (

    select *
    from {{ ref('int_list_draws') }}
    where p_assign > 0 and p_assign < 1

),

covariate_rows as (

    select * from {{ ref('int_latest_covariate_rows') }}

),

covariates as (

    select * from {{ ref('int_covariates') }}

),

-- All households of a part have the same probability, so means need no weights.
arms as (

    select
        draws.list_part,
        draws.is_assigned,
        covariate_rows.covariate,
        count(*) as n_households,
        {{ exact_avg('covariate_rows.covariate_value') }} as mean_value,
        {{ exact_std_dev('covariate_rows.covariate_value') }} as std_dev
    from draws
    inner join covariate_rows on draws.household_id = covariate_rows.household_id
    group by draws.list_part, draws.is_assigned, covariate_rows.covariate

),

differences as (

    select
        assigned.list_part,
        assigned.covariate,
        assigned.n_households as n_assigned,
        others.n_households as n_others,
        assigned.mean_value as assigned_mean,
        others.mean_value as others_mean,
        sqrt((pow(assigned.std_dev, 2) + pow(others.std_dev, 2)) / 2) as pooled_sd,
        sqrt(1 / assigned.n_households + 1 / others.n_households) as chance_error
    from arms as assigned
    inner join arms as others
        on
            assigned.list_part = others.list_part
            and assigned.covariate = others.covariate
            and assigned.is_assigned
            and not others.is_assigned

),

standardised_differences as (

    select
        *,
        {{ confidence_limit('0', 'chance_error', 'upper') }} as chance_smd,
        case
            -- Without spread there is no difference either.
            when pooled_sd = 0 then 0
            else (assigned_mean - others_mean) / pooled_sd
        end as smd
    from differences

),

final as (

    select
        standardised_differences.list_part,
        standardised_differences.covariate,
        covariates.label,
        cast(standardised_differences.n_assigned as integer) as n_assigned,
        cast(standardised_differences.n_others as integer) as n_others,
        standardised_differences.assigned_mean,
        standardised_differences.others_mean,
        standardised_differences.smd,
        standardised_differences.chance_smd,
        abs(standardised_differences.smd) <= standardised_differences.chance_smd
            as is_within_chance
    from standardised_differences
    left join covariates
        on standardised_differences.covariate = covariates.covariate

)

select * from final
order by list_part, covariate
