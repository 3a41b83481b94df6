with

matched_pairs as (

    select * from {{ ref('int_matched_pairs') }}

),

matching_noise as (

    select * from {{ ref('int_matching_noise') }}

),

unit_outcomes as (

    select * from {{ ref('int_unit_outcomes') }}

),

pair_differences as (

    select
        matched_pairs.design,
        treated.outcome,
        matched_pairs.split_id,
        treated.outcome_value - control.outcome_value as difference
    from matched_pairs
    inner join unit_outcomes as treated
        on
            matched_pairs.design = treated.design
            and matched_pairs.campaign_id = treated.campaign_id
            and matched_pairs.household_id = treated.household_id
    inner join unit_outcomes as control
        on
            matched_pairs.design = control.design
            and matched_pairs.campaign_id = control.campaign_id
            and matched_pairs.control_household_id = control.household_id
            and treated.outcome = control.outcome

),

treated_sums as (

    select
        design,
        outcome,
        split_id,
        count(*) as n_treated,
        {{ exact_avg('difference') }} as estimate,
        {{ exact_sum('difference * difference') }}
        - pow({{ exact_sum('difference') }}, 2) / count(*) as squared_deviations
    from pair_differences
    group by design, outcome, split_id

),

-- Abadie and Imbens (2006), theorem 7, with one match: the variance is
--     sum over treated of (difference - ATT)^2
--     + sum over controls of uses * (uses - 1) * variance given the propensity
-- over the square of the number of treated. The second sum is the cost of reuse: a
-- control in many pairs brings the same noise to each of them.
final as (

    select
        treated_sums.design,
        treated_sums.outcome,
        'ATT of the matched' as estimand,
        '1:1 matching' as estimator,
        treated_sums.split_id,
        treated_sums.estimate,
        sqrt(treated_sums.squared_deviations + matching_noise.repeated_noise)
        / treated_sums.n_treated as std_error,
        treated_sums.n_treated,
        matching_noise.n_control
    from treated_sums
    inner join matching_noise
        on
            treated_sums.design = matching_noise.design
            and treated_sums.outcome = matching_noise.outcome
            and treated_sums.split_id = matching_noise.split_id
    where
        treated_sums.n_treated >= {{ var('min_group_households') }}
        and matching_noise.n_control >= {{ var('min_group_households') }}

)

select * from final
order by design, outcome, estimand, estimator, split_id
