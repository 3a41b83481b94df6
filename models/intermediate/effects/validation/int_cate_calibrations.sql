with

cate_groups as (

    select * from {{ ref('int_cate_groups') }}

),

averages as (

    select
        *,
        sum(cast(n_units * gate as decimal(38, 12))) over all_groups
        / sum(n_units) over all_groups as ate
    from cate_groups
    window all_groups as (partition by design, outcome, learner, split_id)

),

-- Dwivedi et al. (2020): the share of the distance between the group effects and the
-- average effect that predictions explain. 1 = they equal every group effect, 0 = they
-- are as far from them as one effect for all.
final as (

    select
        design,
        outcome,
        learner,
        split_id,
        1 - {{ exact_sum('n_units * abs(gate - mean_cate)') }}
        / nullif({{ exact_sum('n_units * abs(gate - ate)') }}, 0) as calibration_r2
    from averages
    group by design, outcome, learner, split_id

)

select * from final
order by design, outcome, learner, split_id
