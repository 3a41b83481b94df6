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
        placebo_estimates.estimate as placebo_estimate,
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

-- A placebo is measured in its own standard errors: labels dealt out at random overlap
-- better than the real ones, so that their estimates spread too little to judge the
-- real one by (Chung and Romano 2013, Annals of Statistics 41).
ranked_replicates as (

    select
        *,
        case method
            when 'permutation'
                then abs(z_score) >= abs(actual_estimate / actual_std_error)
            -- What the bootstrap would give if there were no effect.
            when 'bootstrap'
                then abs(estimate - placebo_estimate) >= abs(placebo_estimate)
        end as is_as_extreme,
        -- What it would give if the effect were as large as the real one.
        method = 'bootstrap'
        and abs(estimate - placebo_estimate)
        >= abs(actual_estimate) - abs(placebo_estimate) as is_as_far
    from compared_replicates

),

spreads as (

    select
        design,
        outcome,
        estimand,
        refuter,
        method,
        expects,
        actual_estimate,
        actual_std_error,
        placebo_std_error,
        count(*) as n_replicates,
        {{ exact_avg('estimate') }} as replicate_mean,
        {{ exact_std_dev('estimate') }} as replicate_std_dev,
        quantile_cont(estimate, 0.025) as replicate_lower,
        quantile_cont(estimate, 0.975) as replicate_upper,
        {{ exact_std_dev('z_score') }} as z_score_std_dev,
        avg(case when abs(z_score) > 1.959963984540054 then 1 else 0 end)
            as false_alarm_share,
        avg(case when sign(estimate) = sign(actual_estimate) then 1 else 0 end)
            as same_sign_share,
        -- The real estimate counts among the replicates, so that p is never 0.
        case
            when method in ('permutation', 'bootstrap')
                then (1 + count_if(is_as_extreme)) / (1.0 + count(*))
        end as p_value,
        case
            when method = 'bootstrap'
                then (1 + count_if(is_as_far)) / (1.0 + count(*))
        end as as_large_p_value
    from ranked_replicates
    group by
        design,
        outcome,
        estimand,
        refuter,
        method,
        expects,
        actual_estimate,
        actual_std_error,
        placebo_std_error

),

final as (

    select
        *,
        case expects when 'no effect' then 0.0 else actual_estimate end
            as expected_estimate,
        -- Delete-d jackknife: how samples would spread shows in how subsets do.
        case method
            when 'subset'
                then
                    sqrt((1 - {{ var('subset_share') }}) / {{ var('subset_share') }})
                    * actual_std_error
        end as expected_std_dev
    from spreads

)

select * from final
order by design, outcome, estimand, refuter
