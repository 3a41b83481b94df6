with

residuals as (

    select * from {{ ref('int_uplift_residuals') }}

),

groups as (

    select * from {{ ref('int_uplift_groups') }}

),

group_units as (

    select
        groups.ranking,
        groups.group_kind,
        groups.group_value,
        residuals.*
    from groups
    inner join residuals
        on
            groups.campaign_id = residuals.campaign_id
            and groups.household_id = residuals.household_id

),

arms as (

    select
        estimator,
        ranking,
        group_kind,
        group_value,
        is_sent,
        {{ exact_sum('weight') }} as weight_sum,
        {{ exact_sum('weighted_residual') }} / nullif({{ exact_sum('weight') }}, 0)
            as mean_residual
    from group_units
    group by estimator, ranking, group_kind, group_value, is_sent

),

-- A household is in a group with each of its campaigns, in both arms.
final as (

    select
        group_units.estimator,
        group_units.ranking,
        group_units.group_kind,
        group_units.group_value,
        group_units.household_id,
        count(*) as n_units,
        count(*) filter (where group_units.is_sent) as n_sent,
        {{ exact_sum(
            'case when group_units.is_sent then 1 else -1 end'
            ~ ' * group_units.weighted_residual / nullif(arms.weight_sum, 0)'
        ) }} as share_of_estimate,
        {{ exact_sum(
            'case when group_units.is_sent then 1 else -1 end'
            ~ ' * (group_units.weighted_residual'
            ~ ' - group_units.weight * arms.mean_residual)'
            ~ ' / nullif(arms.weight_sum, 0)'
        ) }} as influence
    from group_units
    inner join arms
        on
            group_units.estimator = arms.estimator
            and group_units.ranking = arms.ranking
            and group_units.group_kind = arms.group_kind
            and group_units.group_value = arms.group_value
            and group_units.is_sent = arms.is_sent
    group by
        group_units.estimator,
        group_units.ranking,
        group_units.group_kind,
        group_units.group_value,
        group_units.household_id

)

select * from final
order by estimator, ranking, group_kind, group_value, household_id
