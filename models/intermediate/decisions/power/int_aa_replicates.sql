with

units as (

    select * from {{ ref('int_aa_units') }}

),

treated_sums as (

    select * from {{ ref('int_aa_treated_sums') }}

),

all_sums as (

    select
        metric,
        method,
        scope_window,
        count(*) as n_households,
        sum(n_units) as n_units,
        sum(score_sum) as score_sum,
        sum(score_sum * score_sum) as squared_score_sum,
        sum(n_units * score_sum) as weighted_score_sum,
        sum(n_units * n_units) as squared_n_units
    from units
    group by metric, method, scope_window

),

arm_sums as (

    select
        1 as is_treated,
        *
    from treated_sums
    union all
    select
        0 as is_treated,
        treated_sums.metric,
        treated_sums.method,
        treated_sums.scope_window,
        treated_sums.assignment_id,
        all_sums.n_households - treated_sums.n_households as n_households,
        all_sums.n_units - treated_sums.n_units as n_units,
        all_sums.score_sum - treated_sums.score_sum as score_sum,
        all_sums.squared_score_sum - treated_sums.squared_score_sum
            as squared_score_sum,
        all_sums.weighted_score_sum - treated_sums.weighted_score_sum
            as weighted_score_sum,
        all_sums.squared_n_units - treated_sums.squared_n_units as squared_n_units
    from treated_sums
    inner join all_sums
        on
            treated_sums.metric = all_sums.metric
            and treated_sums.method = all_sums.method
            and treated_sums.scope_window = all_sums.scope_window

),

arm_means as (

    select
        *,
        cast(score_sum as double) / nullif(n_units, 0) as mean_score
    from arm_sums

),

-- The error of a mean over clusters of unequal size adds up the squares of (household's
-- sum - its units * mean), written out in sums. Where each household stands once, this
-- is the usual squared standard error of a mean.
arm_errors as (

    select
        *,
        (
            squared_score_sum
            - 2 * mean_score * weighted_score_sum
            + mean_score * mean_score * squared_n_units
        )
        / nullif(n_units * n_units, 0)
        * n_households
        / nullif(n_households - 1, 0) as squared_error
    from arm_means

),

final as (

    select
        treated.metric,
        treated.method,
        treated.scope_window,
        treated.assignment_id,
        treated.n_households + control.n_households as n_households,
        (treated.mean_score - control.mean_score)
        / nullif(sqrt(treated.squared_error + control.squared_error), 0) as z_score
    from arm_errors as treated
    inner join arm_errors as control
        on
            treated.metric = control.metric
            and treated.method = control.method
            and treated.scope_window = control.scope_window
            and treated.assignment_id = control.assignment_id
            and treated.is_treated = 1
            and control.is_treated = 0

)

select * from final
order by metric, method, scope_window, assignment_id
