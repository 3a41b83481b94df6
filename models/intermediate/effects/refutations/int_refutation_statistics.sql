with

refutation_comparisons as (

    select * from {{ ref('int_refutation_comparisons') }}

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
        -- The real estimate counts as one of the replicates, so that p is never 0.
        case
            when method = 'permutation'
                then (1 + count_if(is_as_extreme)) / (1.0 + count(*))
        end as p_value
    from refutation_comparisons
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
        -- Delete-d jackknife: the spread of subsets shows that of samples.
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
