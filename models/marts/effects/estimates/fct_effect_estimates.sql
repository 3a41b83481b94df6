with

estimates as (

    select * from {{ ref('int_effect_medians') }}

),

main_designs as (

    select *
    from {{ ref('int_designs') }}
    where role = 'main'

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cautions as (

    select * from {{ ref('int_design_cautions') }}

),

estimators as (

    select * from {{ ref('estimators') }}

),

-- The rule was fixed before any effect was seen: the ATE is the headline if the arms
-- overlap enough to estimate it, or were drawn, otherwise the ATO. A comparison is
-- never the headline.
gated_estimates as (

    select
        estimates.*,
        overlap.is_overlap_sufficient,
        overlap.overlap_evidence,
        estimators.is_comparison,
        estimators.needs_overlap,
        estimators.reading,
        cautions.caution,
        {{ two_sided_p_value(
            '(estimates.estimate / nullif(estimates.std_error, 0))'
        ) }}
            as p_value,
        estimates.estimand
        = if(coalesce(overlap.is_overlap_sufficient, true), 'ATE', 'ATO')
        and not estimators.is_comparison as is_headline
    from estimates
    inner join main_designs on estimates.design = main_designs.design
    left join overlap on estimates.design = overlap.design
    left join estimators
        on
            estimates.estimand = estimators.estimand
            and estimates.estimator = estimators.estimator
    left join cautions on estimates.design = cautions.design

),

headline_tests as (

    select
        *,
        case when is_headline then p_value end as headline_p_value
    from gated_estimates

),

-- The headlines of a design's outcomes are one family of tests. Comparisons answer the
-- same question in other ways, so they are no findings of their own.
ranked_estimates as (

    select
        *,
        {{ family_rank('headline_p_value', 'design') }}
    from headline_tests

),

final as (

    select
        design,
        outcome,
        estimand,
        estimator,
        estimate,
        std_error,
        {{ confidence_limit('estimate', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('estimate', 'std_error', 'upper') }} as ci_upper,
        p_value,
        {{ q_value('headline_p_value', 'design', 'n_family_tests', 'p_rank') }}
            as q_value,
        cast(n_treated as integer) as n_treated,
        cast(n_control as integer) as n_control,
        is_headline,
        is_comparison,
        {{ gate_status('needs_overlap', 'is_overlap_sufficient') }} as gate_status,
        concat_ws(
            ' ',
            reading,
            {{ overlap_reason(
                'needs_overlap', 'is_overlap_sufficient', 'overlap_evidence'
            ) }}
        ) as reason,
        case when needs_overlap is not null then caution end as caution
    from ranked_estimates

)

select * from final
order by design, outcome, estimand, estimator
