with

gates as (

    select * from {{ ref('int_refutation_gates') }}

),

refuters as (

    select * from {{ ref('refuters') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where estimator = 'AIPW'

),

published_gates as (

    select
        gates.*,
        refuters.method,
        refuters.subject,
        refuters.comparison,
        refuters.blind_to,
        outcomes.unit,
        effect_estimates.estimate as published_estimate,
        effect_estimates.is_headline,
        case
            when
                gates.is_passed is null
                or (
                    gates.is_passed
                    and gates.p_value is not null
                    and gates.is_significant is null
                )
                then refuters.if_unknown
            when gates.is_passed and not gates.is_significant
                then coalesce(refuters.if_not_significant, refuters.if_passed)
            when gates.is_passed then refuters.if_passed
            when gates.is_centred then coalesce(refuters.if_spread, refuters.if_shifted)
            else refuters.if_shifted
        end as reading
    from gates
    inner join refuters on gates.refuter = refuters.refuter
    inner join outcomes on gates.outcome = outcomes.outcome
    inner join effect_estimates
        on
            gates.design = effect_estimates.design
            and gates.outcome = effect_estimates.outcome
            and gates.estimand = effect_estimates.estimand

),

final as (

    select
        design,
        outcome,
        estimand,
        refuter,
        is_headline,
        published_estimate,
        actual_estimate,
        actual_std_error,
        cast(n_replicates as integer) as n_replicates,
        replicate_mean,
        replicate_std_dev,
        replicate_lower,
        replicate_upper,
        expected_estimate,
        expected_std_dev,
        shift_ratio,
        spread_ratio,
        false_alarm_share,
        same_sign_share,
        p_value,
        as_large_p_value,
        is_passed,
        {{ refutation_finding(
            'n_replicates',
            'subject',
            'replicate_mean',
            'replicate_std_dev',
            'unit',
            'expected_std_dev',
            'comparison',
            'actual_estimate',
            'same_sign_share',
            'p_value',
            'method'
        ) }} || ' ' || reading as verdict,
        blind_to
    from published_gates

)

select * from final
order by design, outcome, estimand, refuter
