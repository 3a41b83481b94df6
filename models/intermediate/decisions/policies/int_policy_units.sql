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

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

unit_quintiles as (

    select * from {{ ref('int_policy_quintiles') }}

),

ranked_units as (

    select
        cate_ranks.design,
        cate_ranks.split_id,
        cate_ranks.fold,
        cate_ranks.campaign_id,
        cate_ranks.household_id,
        cate_ranks.is_treated,
        cate_ranks.dr_score,
        cate_ranks.att_score,
        cate_ranks.ranking_value as cate,
        predictions.ci_lower,
        cate_ranks.rank_share,
        unit_propensities.propensity,
        unit_propensities.raw_propensity between 0.1 and 0.9 as is_in_overlap,
        unit_quintiles.segment_id,
        unit_quintiles.margin,
        unit_quintiles.break_even,
        unit_quintiles.recency_quintile,
        unit_quintiles.frequency_quintile,
        unit_quintiles.monetary_quintile,
        unit_quintiles.part,
        unit_quintiles.margin * cate_ranks.dr_score - {{ setting('cost_per_contact') }}
            as contact_profit
    from cate_ranks
    inner join predictions
        on
            cate_ranks.design = predictions.design
            and cate_ranks.outcome = predictions.outcome
            and cate_ranks.learner = predictions.learner
            and cate_ranks.split_id = predictions.split_id
            and cate_ranks.campaign_id = predictions.campaign_id
            and cate_ranks.household_id = predictions.household_id
    inner join unit_propensities
        on
            cate_ranks.design = unit_propensities.design
            and cate_ranks.split_id = unit_propensities.split_id
            and cate_ranks.campaign_id = unit_propensities.campaign_id
            and cate_ranks.household_id = unit_propensities.household_id
    inner join unit_quintiles
        on
            cate_ranks.design = unit_quintiles.design
            and cate_ranks.campaign_id = unit_quintiles.campaign_id
            and cate_ranks.household_id = unit_quintiles.household_id

),

-- What a contact earned in the segment, among the households of the other folds.
final as (

    select
        *,
        (
            sum(cast(contact_profit as decimal(38, 12))) over segments
            - sum(cast(contact_profit as decimal(38, 12))) over segment_folds
        )
        / nullif(count(*) over segments - count(*) over segment_folds, 0)
            as segment_profit
    from ranked_units
    window
        segments as (partition by design, split_id, segment_id),
        segment_folds as (partition by design, split_id, segment_id, fold)

)

select * from final
order by design, split_id, campaign_id, household_id
