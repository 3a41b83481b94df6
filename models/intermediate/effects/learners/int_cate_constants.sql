with

dr_scores as (

    select
        *,
        outcome_value - propensity * mu1 - (1 - propensity) * mu0 as outcome_residual,
        is_treated - propensity as treatment_residual
    from {{ ref('int_dr_scores') }}

),

fold_sums as (

    select
        design,
        outcome,
        split_id,
        fold,
        count(*) as n_units,
        sum(cast(dr_score as decimal(38, 12))) as score_sum,
        sum(cast(outcome_residual * treatment_residual as decimal(38, 12)))
            as residual_products,
        sum(cast(treatment_residual * treatment_residual as decimal(38, 12)))
            as residual_squares
    from dr_scores
    group by design, outcome, split_id, fold

),

-- One effect for all units, learned from the other folds: their mean doubly robust
-- score, and the constant that has the lowest R-loss among them.
final as (

    select
        design,
        outcome,
        split_id,
        fold,
        cast(sum(score_sum) over split_folds - score_sum as double)
        / (sum(n_units) over split_folds - n_units) as constant,
        cast(sum(residual_products) over split_folds - residual_products as double)
        / cast(sum(residual_squares) over split_folds - residual_squares as double)
            as constant_overlap
    from fold_sums
    window split_folds as (partition by design, outcome, split_id)

)

select * from final
order by design, outcome, split_id, fold
