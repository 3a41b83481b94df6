with

estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where design = 'first_type_a' and outcome = 'purchase_amount'

),

scores as (

    select *
    from {{ ref('fct_dr_scores') }}
    where design = 'first_type_a' and outcome = 'purchase_amount'

),

truth as (

    select * from read_parquet('{{ var("raw_dir") }}/truth.parquet')

),

-- The true effect on every unit, with the weight that each estimand gives it.
unit_effects as (

    select
        cast(truth.effect as double) as effect,
        cast(scores.is_treated as integer) as att_weight,
        scores.propensity * (1 - scores.propensity) as ato_weight
    from scores
    inner join truth
        on
            scores.campaign_id = truth.campaign_id
            and scores.household_id = truth.household_id

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
