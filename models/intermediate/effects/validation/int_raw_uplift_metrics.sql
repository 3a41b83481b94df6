with

cate_ranks as (

    select * from {{ ref('int_cate_ranks') }}

),

shares as (

    select unnest(generate_series(1, 10)) as decile

),

-- One order for all folds, as in the source study.
ordered_units as (

    select
        *,
        row_number() over (
            partition by design, outcome, learner, split_id
            order by ranking_value desc, rank_share asc, fold asc
        ) as position,
        count(*) over (partition by design, outcome, learner, split_id) as n_units
    from cate_ranks

),

first_units as (

    select
        ordered_units.design,
        ordered_units.outcome,
        ordered_units.learner,
        ordered_units.split_id,
        shares.decile,
        sum(ordered_units.is_treated) as n_treated,
        sum(1 - ordered_units.is_treated) as n_control,
        {{ exact_sum('ordered_units.is_treated * ordered_units.outcome_value') }}
            as treated_sum,
        {{ exact_sum('(1 - ordered_units.is_treated) * ordered_units.outcome_value') }}
            as control_sum
    from ordered_units
    inner join shares
        on
            ordered_units.position
            <= floor(ordered_units.n_units * shares.decile / 10.0)
    group by
        ordered_units.design,
        ordered_units.outcome,
        ordered_units.learner,
        ordered_units.split_id,
        shares.decile

),

-- Differences of raw means contain the retailer's selection, because the arms were not
-- randomly assigned. If an arm is missing, the source study puts 0.
curves as (

    select
        *,
        coalesce(
            treated_sum / nullif(n_treated, 0) - control_sum / nullif(n_control, 0), 0
        ) as uplift,
        treated_sum - coalesce(control_sum * n_treated / nullif(n_control, 0), 0)
            as qini
    from first_units

),

areas as (

    select
        *,
        qini - decile / 10.0 * max_by(qini, decile) over all_shares as qini_gain,
        -- Trapezoids from 0.1 to 1: the outer points count half.
        case when decile in (1, 10) then 0.05 else 0.1 end as width
    from curves
    window all_shares as (partition by design, outcome, learner, split_id)

),

final as (

    select
        design,
        outcome,
        learner,
        split_id,
        {{ exact_sum('width * uplift') }} as auuc,
        {{ exact_sum('width * qini_gain') }} as qini,
        max(uplift) filter (where decile = 1) as uplift_10,
        max(uplift) filter (where decile = 2) as uplift_20
    from areas
    group by design, outcome, learner, split_id

)

select * from final
order by design, outcome, learner, split_id
