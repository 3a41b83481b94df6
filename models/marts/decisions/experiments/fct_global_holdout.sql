with

arms as (

    select * from {{ ref('int_global_holdout_arms') }}

),

checks as (

    select
        *,
        case
            when ratio_p_value < {{ var('srm_level') }}
                then 'the holdout is not what was drawn'
            when least(n_held_out, n_others) < {{ var('min_group_households') }}
                then 'too few households in a group'
            when end_day - start_day + 1 < {{ var('min_outcome_days') }}
                then 'too few days since the first campaign'
        end as invalid_reason
    from {{ ref('int_global_holdout_checks') }}

),

metrics as (

    select * from {{ ref('experiment_metrics') }}

),

-- The households of both groups are other ones, so their errors add up (Welch 1947).
differences as (

    select
        others.metric,
        others.method,
        others.mean_value as others_mean,
        held_out.mean_value as held_out_mean,
        others.mean_value - held_out.mean_value as effect,
        sqrt(
            pow(others.std_dev, 2) / others.n_households
            + pow(held_out.std_dev, 2) / held_out.n_households
        ) as std_error
    from arms as others
    inner join arms as held_out
        on
            others.metric = held_out.metric
            and others.method = held_out.method
            and not others.is_global_holdout
            and held_out.is_global_holdout

),

-- A number that is shown is quoted.
valid_differences as (

    select
        checks.*,
        metrics.role,
        metrics.metric,
        differences.method,
        case when checks.invalid_reason is null then differences.others_mean end
            as others_mean,
        case when checks.invalid_reason is null then differences.held_out_mean end
            as held_out_mean,
        case when checks.invalid_reason is null then differences.effect end as effect,
        case when checks.invalid_reason is null then differences.std_error end
            as std_error
    from differences
    inner join metrics on differences.metric = metrics.metric
    cross join checks

),

limits as (

    select
        *,
        {{ confidence_limit('effect', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('effect', 'std_error', 'upper') }} as ci_upper,
        -- Only dollars of sales have a margin.
        case when metric = 'purchase_amount' then {{ var('margin') }} end as margin,
        {{ var('cost_per_contact') }} * (contacts_per_other - contacts_per_held_out)
            as contact_cost
    from valid_differences

),

final as (

    select
        metric,
        method,
        role,
        cast(start_day as integer) as start_day,
        cast(end_day as integer) as end_day,
        global_holdout_share,
        cast(n_held_out as integer) as n_held_out,
        cast(n_others as integer) as n_others,
        ratio_p_value,
        contacts_per_held_out,
        contacts_per_other,
        invalid_reason,
        held_out_mean,
        others_mean,
        effect,
        std_error,
        ci_lower,
        ci_upper,
        case when std_error > 0 then {{ two_sided_p_value('effect / std_error') }} end
            as p_value,
        margin * effect - contact_cost as profit_per_household,
        margin * ci_lower - contact_cost as profit_ci_lower,
        margin * ci_upper - contact_cost as profit_ci_upper,
        case
            when invalid_reason is not null then 'no figure: ' || invalid_reason
            when margin * ci_lower > contact_cost then 'the campaigns earn'
            when margin * ci_upper < contact_cost then 'the campaigns lose'
            when margin is null and ci_lower > 0 then 'more with the campaigns'
            when margin is null and ci_upper < 0 then 'less with the campaigns'
            else 'cannot be told yet'
        end as verdict
    from limits

)

select * from final
order by metric, method
