with

effect_splits as (

    select *
    from {{ ref('int_effect_splits') }}
    where estimator = 'AIPW'

),

variant_weights as (

    select * from {{ ref('int_variant_weights') }}

),

variant_errors as (

    select * from {{ ref('int_variant_errors') }}

),

split_changes as (

    select
        variant_weights.variant,
        variant_weights.outcome,
        variant_weights.estimand,
        effect_splits.split_id,
        sum(variant_weights.weight * effect_splits.estimate) as split_change,
        sum(variant_weights.weight * variant_weights.estimate) as change
    from variant_weights
    inner join effect_splits
        on
            variant_weights.design = effect_splits.design
            and variant_weights.outcome = effect_splits.outcome
            and variant_weights.estimand = effect_splits.estimand
    group by
        variant_weights.variant,
        variant_weights.outcome,
        variant_weights.estimand,
        effect_splits.split_id
    having count(*) = 2

),

-- Splits disagree around the difference of the two published medians.
changes as (

    select
        split_changes.variant,
        split_changes.outcome,
        split_changes.estimand,
        max(split_changes.change) as change,
        {{ median_std_error(
            'split_changes.split_change',
            'variant_errors.std_error',
            'split_changes.change'
        ) }} as std_error
    from split_changes
    inner join variant_errors
        on
            split_changes.variant = variant_errors.variant
            and split_changes.outcome = variant_errors.outcome
            and split_changes.estimand = variant_errors.estimand
            and split_changes.split_id = variant_errors.split_id
    group by split_changes.variant, split_changes.outcome, split_changes.estimand

),

final as (

    select
        variant,
        outcome,
        estimand,
        change,
        std_error,
        {{ confidence_limit('change', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('change', 'std_error', 'upper') }} as ci_upper,
        {{ two_sided_p_value('(change / nullif(std_error, 0))') }} as p_value
    from changes

)

select * from final
order by variant, outcome, estimand
