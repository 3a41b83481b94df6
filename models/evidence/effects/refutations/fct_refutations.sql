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
    from {{ ref('fct_effect_estimates') }}
    where estimator = 'AIPW'

),

published_gates as (

    select
        gates.*,
        refuters.method,
        refuters.subject,
        refuters.comparison,
        refuters.if_passed,
        refuters.if_not_significant,
        refuters.if_shifted,
        refuters.if_spread,
        refuters.if_unknown,
        refuters.blind_to,
        outcomes.unit,
        effect_estimates.estimate as published_estimate,
        effect_estimates.is_headline
    from gates
    inner join refuters on gates.refuter = refuters.refuter
    inner join outcomes on gates.outcome = outcomes.outcome
    inner join effect_estimates
        on
            gates.design = effect_estimates.design
            and gates.outcome = effect_estimates.outcome
            and gates.estimand = effect_estimates.estimand

),

wordings as (

    select
        *,
        {{ plain_number('replicate_mean', 'replicate_std_dev') }} as mean_text,
        {{ plain_number('replicate_std_dev', 'replicate_std_dev') }} as spread_text,
        {{ plain_number('actual_estimate', 'replicate_std_dev') }} as actual_text,
        ' (+/- '
        || {{ plain_number('expected_std_dev', 'replicate_std_dev') }}
        || ' expected)' as expected_text,
        format(', {:.1f} % of them have its sign', 100 * same_sign_share)
            as sign_text,
        format(': p = {:.3f}', p_value)
        || case method
            when 'permutation' then ', each by its own standard error'
            else ''
        end as p_value_text,
        replace(
            subject,
            '{share}',
            format('{:.0f} %', 100 * cast({{ var('subset_share') }} as double))
        ) as subject_text,
        case
            when
                is_passed is null
                or (is_passed and p_value is not null and is_significant is null)
                then if_unknown
            when is_passed and not is_significant
                then coalesce(if_not_significant, if_passed)
            when is_passed then if_passed
            when is_centred then coalesce(if_spread, if_shifted)
            else if_shifted
        end as reading
    from published_gates

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
        n_replicates
        || ' '
        || subject_text
        || ' gave '
        || mean_text
        || coalesce(' +/- ' || spread_text, '')
        || ' '
        || unit
        || coalesce(expected_text, '')
        || '; '
        || comparison
        || ' '
        || actual_text
        || coalesce(sign_text, '')
        || coalesce(p_value_text, '')
        || '. '
        || reading as verdict,
        blind_to
    from wordings

)

select * from final
order by design, outcome, estimand, refuter
