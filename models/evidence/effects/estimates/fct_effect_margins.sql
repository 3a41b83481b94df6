with

margin_splits as (

    select * from {{ ref('int_extensive_intensive_splits') }}

),

effect_estimates as (

    select *
    from {{ ref('int_effect_medians') }}
    where outcome = 'purchase_amount' and estimator = 'AIPW'

),

centred_splits as (

    select
        *,
        median(estimate) over (
            partition by design, estimand, margin
        ) as median_estimate
    from margin_splits

),

estimates as (

    select
        design,
        estimand,
        margin,
        median(share_if_sent) as share_if_sent,
        median(share_if_not_sent) as share_if_not_sent,
        max(median_estimate) as estimate,
        {{ median_std_error('estimate', 'std_error', 'median_estimate') }} as std_error
    from centred_splits
    group by design, estimand, margin

),

final as (

    select
        estimates.design,
        estimates.estimand,
        estimates.margin,
        effect_estimates.is_headline,
        estimates.share_if_sent,
        estimates.share_if_not_sent,
        estimates.estimate,
        estimates.std_error,
        {{ confidence_limit('estimates.estimate', 'estimates.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('estimates.estimate', 'estimates.std_error', 'upper') }}
            as ci_upper
    from estimates
    inner join effect_estimates
        on
            estimates.design = effect_estimates.design
            and estimates.estimand = effect_estimates.estimand

)

select * from final
order by design, estimand, margin
