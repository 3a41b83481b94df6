with

refutation_replicates as (

    select * from {{ ref('fct_refutation_replicates') }}

),

placebo_estimates as (

    select * from {{ ref('int_placebo_estimates') }}

),

refuters as (

    select * from {{ ref('refuters') }}

),

actual_estimates as (

    select *
    from refutation_replicates
    where replicate_id = 0

),

compared_replicates as (

    select
        replicates.*,
        refuters.method,
        refuters.expects,
        actual_estimates.estimate as actual_estimate,
        actual_estimates.std_error as actual_std_error,
        placebo_estimates.std_error as placebo_std_error,
        replicates.estimate / nullif(replicates.std_error, 0) as z_score
    from refutation_replicates as replicates
    inner join refuters on replicates.refuter = refuters.refuter
    inner join actual_estimates
        on
            replicates.design = actual_estimates.design
            and replicates.outcome = actual_estimates.outcome
            and replicates.estimand = actual_estimates.estimand
            and replicates.refuter = actual_estimates.refuter
    left join placebo_estimates
        on
            replicates.design = placebo_estimates.placebo_of
            and replicates.outcome = placebo_estimates.outcome
            and replicates.estimand = placebo_estimates.estimand
            and replicates.refuter = placebo_estimates.refuter
    where replicates.replicate_id > 0

),

-- Each placebo is measured in its own standard errors. Randomly assigned labels overlap
-- better than the real ones, so the spread of their estimates is too narrow a scale for
-- the real estimate (Chung and Romano 2013, Annals of Statistics 41).
final as (

    select
        *,
        case method
            when 'permutation'
                then abs(z_score) >= abs(actual_estimate / actual_std_error)
        end as is_as_extreme
    from compared_replicates

)

select * from final
order by design, outcome, estimand, refuter, replicate_id
