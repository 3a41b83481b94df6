with

independent_pairs as (

    select * from {{ ref('int_independent_pairs') }}

),

unit_outcomes as (

    select * from {{ ref('int_unit_outcomes') }}

),

-- Differences are rounded, so that equal differences tie.
pair_differences as (

    select
        independent_pairs.design,
        treated.outcome,
        independent_pairs.split_id,
        round(treated.outcome_value - control.outcome_value, 9) as difference
    from independent_pairs
    inner join unit_outcomes as treated
        on
            independent_pairs.design = treated.design
            and independent_pairs.campaign_id = treated.campaign_id
            and independent_pairs.household_id = treated.household_id
    inner join unit_outcomes as control
        on
            independent_pairs.design = control.design
            and independent_pairs.campaign_id = control.campaign_id
            and independent_pairs.control_household_id = control.household_id
            and treated.outcome = control.outcome

),

-- Pairs without a difference say nothing about the sign (Wilcoxon 1945).
ranked_differences as (

    select
        *,
        {{ mean_rank('abs(difference)', 'design, outcome, split_id') }} as signed_rank
    from pair_differences
    where difference != 0

),

rank_sums as (

    select
        design,
        outcome,
        split_id,
        count(*) as n_pairs,
        sum(case when difference > 0 then signed_rank else 0 end) as positive_rank_sum,
        sum(signed_rank) as rank_sum,
        sum(signed_rank * signed_rank) as squared_rank_sum
    from ranked_differences
    group by design, outcome, split_id

),

-- The larger of the rank sums of the two signs; the p-value is doubled to allow for it.
final as (

    select
        *,
        greatest(positive_rank_sum, rank_sum - positive_rank_sum) as larger_rank_sum
    from rank_sums

)

select * from final
order by design, outcome, split_id
