with

estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where is_main_design

),

gate_verdicts as (

    select * from {{ ref('int_gate_verdicts') }}

),

estimators as (

    select * from {{ ref('estimators') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

-- The headlines of a design's outcomes are one family of tests. Comparisons answer the
-- same question in other ways, so they are no findings of their own.
headline_tests as (

    select
        *,
        case when is_headline then p_value end as headline_p_value
    from estimates

),

ranked_estimates as (

    select
        *,
        {{ family_rank('headline_p_value', 'design') }}
    from headline_tests

),

-- Where arms do not overlap, an error measures the spread of the few units that
-- the estimate extrapolates from, and not how far off it may be: none is given.
tested_estimates as (

    select
        *,
        {{ q_value('headline_p_value', 'design', 'n_family_tests', 'p_rank') }}
            as q_value,
        case when not is_extrapolated then std_error end as shown_std_error,
        case when not is_extrapolated then ci_lower end as shown_ci_lower,
        case when not is_extrapolated then ci_upper end as shown_ci_upper,
        case when not is_extrapolated then p_value end as shown_p_value
    from ranked_estimates

),

final as (

    select
        estimates.design,
        estimates.outcome,
        estimates.estimand,
        estimates.estimator,
        estimates.estimate,
        estimates.shown_std_error as std_error,
        estimates.shown_ci_lower as ci_lower,
        estimates.shown_ci_upper as ci_upper,
        estimates.shown_p_value as p_value,
        estimates.q_value,
        cast(estimates.n_treated as integer) as n_treated,
        cast(estimates.n_control as integer) as n_control,
        estimates.is_headline,
        estimates.is_comparison,
        gate_verdicts.overlap_gate,
        gate_verdicts.balance_gate,
        gate_verdicts.placebo_gate,
        gate_verdicts.interference_gate,
        gate_verdicts.size_gate,
        coalesce(gate_verdicts.gate_status, 'not an effect') as gate_status,
        concat_ws(' ', estimators.reading, gate_verdicts.reason) as reason,
        case when estimators.needs_overlap is not null then cautions.caution end
            as caution
    from tested_estimates as estimates
    left join gate_verdicts
        on
            estimates.design = gate_verdicts.design
            and estimates.estimand = gate_verdicts.estimand
            and estimates.estimator = gate_verdicts.estimator
    left join estimators
        on
            estimates.estimand = estimators.estimand
            and estimates.estimator = estimators.estimator
    left join cautions on estimates.design = cautions.design

)

select * from final
order by design, outcome, estimand, estimator
