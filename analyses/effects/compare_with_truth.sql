{{ config(group='effects') }}
with

estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where
        design = 'first_type_a'
        and outcome = 'purchase_amount'
        -- One estimator per estimand; a raw difference estimates none.
        and (estimand in ('naive', 'ATT of the matched') or not is_comparison)

),

scores as (

    select *
    from {{ ref('fct_dr_scores') }}
    where design = 'first_type_a' and outcome = 'purchase_amount'

),

-- Splits in which a treated unit found a control.
matched_units as (

    select
        campaign_id,
        household_id,
        count(*) as n_splits
    from {{ ref('int_matched_pairs') }}
    where design = 'first_type_a'
    group by campaign_id, household_id

),

truth as (

    select *
    from read_parquet('{{ setting("raw_dir") }}/truth.parquet')

),

-- The true effect on every unit, with the weight that each estimand gives it.
unit_effects as (

    select
        cast(truth.effect as double) as effect,
        cast(scores.is_treated as integer) as att_weight,
        scores.propensity * (1 - scores.propensity) as ato_weight,
        coalesce(matched_units.n_splits, 0) as matched_weight
    from scores
    inner join truth
        on
            scores.campaign_id = truth.campaign_id
            and scores.household_id = truth.household_id
    left join matched_units
        on
            scores.campaign_id = matched_units.campaign_id
            and scores.household_id = matched_units.household_id

),

true_effects as (

    select
        'ATE' as estimand,
        avg(effect) as true_effect
    from unit_effects
    union all
    select
        'ATT' as estimand,
        sum(att_weight * effect) / sum(att_weight) as true_effect
    from unit_effects
    union all
    select
        'ATO' as estimand,
        sum(ato_weight * effect) / sum(ato_weight) as true_effect
    from unit_effects
    union all
    select
        'ATT of the matched' as estimand,
        sum(matched_weight * effect) / sum(matched_weight) as true_effect
    from unit_effects

),

-- Six columns: dbt show prints no more.
final as (

    select
        estimates.estimand,
        estimates.is_headline,
        round(estimates.estimate, 2) as estimate,
        round(estimates.ci_lower, 2) as ci_lower,
        round(estimates.ci_upper, 2) as ci_upper,
        round(true_effects.true_effect, 2) as true_effect
    from estimates
    left join true_effects on estimates.estimand = true_effects.estimand

)

select * from final
order by is_headline desc, estimand asc
