with

extensive_intensive_splits as (

    select * from {{ ref('int_extensive_intensive_splits') }}

),

effect_estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where outcome = 'purchase_amount' and estimator = 'AIPW'

),

medians as (

    select
        design,
        estimand,
        margin,
        median(estimate) as estimate,
        median(share_if_sent) as share_if_sent,
        median(share_if_not_sent) as share_if_not_sent
    from extensive_intensive_splits
    group by design, estimand, margin

),

estimates as (

    select
        medians.design,
        medians.estimand,
        medians.margin,
        max(medians.share_if_sent) as share_if_sent,
        max(medians.share_if_not_sent) as share_if_not_sent,
        max(medians.estimate) as estimate,
        {{ median_std_error(
            'extensive_intensive_splits.estimate', 'extensive_intensive_splits.std_error', 'medians.estimate'
        ) }} as std_error
    from medians
    inner join extensive_intensive_splits
        on
            medians.design = extensive_intensive_splits.design
            and medians.estimand = extensive_intensive_splits.estimand
            and medians.margin = extensive_intensive_splits.margin
    group by medians.design, medians.estimand, medians.margin

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
