with

group_values as (

    select * from {{ ref('int_group_values') }}
    where number_value is not null

),

ranked_values as (

    select
        group_pair,
        variable,
        is_in_group,
        number_value,
        {{ mean_rank('number_value', 'group_pair, variable') }} as overall_rank,
        {{ mean_rank('number_value', 'group_pair, variable, is_in_group') }}
            as own_rank,
        count(*) over (partition by group_pair, variable, number_value) as n_ties
    from group_values

),

-- A value's rank less its rank in the own group: how many of the others lie below it.
sides as (

    select
        group_pair,
        variable,
        is_in_group,
        count(*) as n,
        {{ exact_avg('number_value') }} as mean_value,
        pow({{ exact_std_dev('number_value') }}, 2) as variance,
        median(number_value) as median_value,
        avg(overall_rank - own_rank) as mean_below,
        pow({{ exact_std_dev('overall_rank - own_rank') }}, 2) as variance_below,
        sum(n_ties * n_ties - 1) as tie_sum
    from ranked_values
    group by group_pair, variable, is_in_group

),

final as (

    select
        members.group_pair,
        members.variable,
        members.n as n_group,
        others.n as n_other,
        members.mean_value as group_mean,
        others.mean_value as other_mean,
        members.variance as group_variance,
        others.variance as other_variance,
        members.median_value as group_median,
        others.median_value as other_median,
        -- Probability that a member has more than one of the others, and its variance
        -- (DeLong, DeLong and Clarke-Pearson 1988).
        members.mean_below / others.n as win_probability,
        members.variance_below / pow(others.n, 2) / members.n
        + others.variance_below / pow(members.n, 2) / others.n as win_variance,
        members.tie_sum + others.tie_sum as tie_sum
    from sides as members
    inner join sides as others
        on
            members.group_pair = others.group_pair
            and members.variable = others.variable
            and not others.is_in_group
    where members.is_in_group

)

select * from final
order by group_pair, variable
