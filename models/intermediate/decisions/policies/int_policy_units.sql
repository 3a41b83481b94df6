with

cate_ranks as (

    select *
    from {{ ref('int_cate_ranks') }}
    where
        outcome = 'purchase_amount'
        and learner = '{{ var("primary_learner") }}'

),

predictions as (

    select * from {{ ref('int_cate_predictions') }}

),

comparable_units as (

    select * from {{ ref('int_comparable_units') }}

),

unit_quintiles as (

    select * from {{ ref('int_policy_quintiles') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

-- A comparable unit stands in both populations.
population_units as (

    select
        cate_ranks.*,
        predictions.ci_lower,
        unnest(if(comparable_units.is_comparable, ['all', 'comparable'], ['all']))
            as population
    from cate_ranks
    inner join predictions
        using (design, outcome, learner, split_id, campaign_id, household_id)
    inner join comparable_units using (design, split_id, campaign_id, household_id)

),

-- Ranks count inside the population, by fold as in int_cate_ranks.
ranked_units as (

    select
        population_units.* exclude (rank_share),
        (row_number() over (fold_units order by population_units.rank_share) - 0.5)
        / count(*) over fold_units as rank_share,
        unit_quintiles.* exclude (design, campaign_id, household_id),
        unit_costs.propensity,
        unit_costs.cost_per_contact,
        unit_costs.profit_cost,
        unit_costs.paid_cost,
        unit_quintiles.margin * population_units.dr_score - unit_costs.profit_cost
            as contact_profit
    from population_units
    inner join unit_quintiles using (design, campaign_id, household_id)
    inner join unit_costs using (design, split_id, campaign_id, household_id)
    window
        fold_units as (
            partition by
                population_units.design, population_units.population,
                population_units.split_id, population_units.fold
        )

),

-- What a contact earned in the segment, among the households of the other folds.
final as (

    select
        design,
        population,
        split_id,
        fold,
        campaign_id,
        household_id,
        is_treated,
        dr_score,
        att_score,
        ranking_value as cate,
        ci_lower,
        rank_share,
        propensity,
        segment_id,
        margin,
        cost_per_contact,
        profit_cost,
        paid_cost,
        cost_per_contact / margin as break_even,
        recency_quintile,
        frequency_quintile,
        monetary_quintile,
        part,
        contact_profit,
        (
            sum(cast(contact_profit as decimal(38, 12))) over segments
            - sum(cast(contact_profit as decimal(38, 12))) over segment_folds
        )
        / nullif(count(*) over segments - count(*) over segment_folds, 0)
            as segment_profit
    from ranked_units
    window
        segments as (partition by design, population, split_id, segment_id),
        segment_folds as (partition by design, population, split_id, segment_id, fold)

)

select * from final
order by design, population, split_id, campaign_id, household_id
