{{ config(group='effects') }}
-- If this fails, a unit is missing from a grouping or counts twice: weighted by their
-- units, the effects on the groups of a split are the effect on all of its units.
with

group_means as (

    select
        design,
        outcome,
        grouping,
        split_id,
        sum(n_units) as n_units,
        sum(n_units * estimate) / sum(n_units) as estimate
    from {{ ref('int_group_splits') }}
    where estimand = 'ATE'
    group by design, outcome, grouping, split_id

),

effect_splits as (

    select effect_splits.*
    from {{ ref('int_effect_splits') }} as effect_splits
    inner join {{ ref('outcomes') }} as outcomes
        on
            effect_splits.outcome = outcomes.outcome
            and outcomes.role = 'primary'
    inner join {{ ref('int_designs') }} as designs
        on
            effect_splits.design = designs.design
            and designs.role = 'main'
    where effect_splits.estimand = 'ATE' and effect_splits.estimator = 'AIPW'

)

-- Means of scores of 12 decimal places agree to far less than a millionth of a dollar.
select
    effect_splits.design,
    effect_splits.outcome,
    effect_splits.split_id,
    group_means.grouping,
    group_means.n_units,
    group_means.estimate,
    effect_splits.estimate as effect_on_all
from effect_splits
left join group_means
    on
        effect_splits.design = group_means.design
        and effect_splits.outcome = group_means.outcome
        and effect_splits.split_id = group_means.split_id
where
    group_means.n_units is null
    or group_means.n_units != effect_splits.n_treated + effect_splits.n_control
    or abs(group_means.estimate - effect_splits.estimate) > 1e-6
