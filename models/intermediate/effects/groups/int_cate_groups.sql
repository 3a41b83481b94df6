with

group_units as (

    select * from {{ ref('int_cate_group_units') }}

),

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

household_influences as (

    select
        design,
        outcome,
        learner,
        split_id,
        cate_group,
        household_id,
        max(gate) as gate,
        count(*) as n_units,
        max(is_treated) as is_ever_treated,
        min(is_treated) as is_always_treated,
        sum(cast(cate as decimal(38, 12))) as cate_sum,
        {{ exact_sum('influence') }} as influence
    from group_units
    group by design, outcome, learner, split_id, cate_group, household_id

),

estimates as (

    select
        design,
        outcome,
        learner,
        split_id,
        cate_group,
        sum(n_units) as n_units,
        sum(is_ever_treated) as n_treated_households,
        sum(1 - is_always_treated) as n_control_households,
        cast(sum(cate_sum) as double) / sum(n_units) as mean_cate,
        max(gate) as gate,
        round({{ clustered_std_error('influence', 'n_units') }}, 9) as std_error
    from household_influences
    group by design, outcome, learner, split_id, cate_group

),

arm_overlaps as (

    select
        group_units.design,
        group_units.outcome,
        group_units.learner,
        group_units.split_id,
        group_units.cate_group,
        sum(group_units.is_treated) as n_treated,
        {{ overlap_statistics(
            'group_units.is_treated',
            'unit_propensities.propensity',
            'unit_propensities.raw_propensity'
        ) }}
    from group_units
    inner join unit_propensities
        on
            group_units.design = unit_propensities.design
            and group_units.split_id = unit_propensities.split_id
            and group_units.campaign_id = unit_propensities.campaign_id
            and group_units.household_id = unit_propensities.household_id
    group by
        group_units.design,
        group_units.outcome,
        group_units.learner,
        group_units.split_id,
        group_units.cate_group

),

final as (

    select
        estimates.design,
        estimates.outcome,
        estimates.learner,
        estimates.split_id,
        estimates.cate_group,
        estimates.n_units,
        arm_overlaps.n_treated,
        estimates.n_treated_households,
        estimates.n_control_households,
        estimates.mean_cate,
        estimates.gate,
        estimates.std_error,
        arm_overlaps.share_in_10_90,
        arm_overlaps.ess_treated,
        arm_overlaps.ess_control
    from estimates
    inner join arm_overlaps
        using (design, outcome, learner, split_id, cate_group)

)

select * from final
order by design, outcome, learner, split_id, cate_group
