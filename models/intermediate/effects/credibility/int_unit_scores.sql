{%- set weights = var('evidence_weights') %}

with

unit_predictions as (

    select * from {{ ref('int_unit_predictions') }}

),

unit_propensities as (

    select * from {{ ref('int_unit_propensities') }}

),

comparable_units as (

    select * from {{ ref('int_comparable_units') }}

),

median_propensities as (

    select
        unit_propensities.design,
        unit_propensities.campaign_id,
        unit_propensities.household_id,
        median(unit_propensities.raw_propensity) as propensity,
        avg(if(comparable_units.is_comparable, 1, 0)) > 0.5 as is_comparable
    from unit_propensities
    inner join comparable_units
        using (design, split_id, campaign_id, household_id)
    group by
        unit_propensities.design,
        unit_propensities.campaign_id,
        unit_propensities.household_id

),

agreements as (

    select
        design,
        outcome,
        campaign_id,
        household_id,
        max(case when learner = '{{ var("primary_learner") }}' then cate end)
            as predicted_effect,
        max(interval_width) as interval_width,
        abs(sum(sign(cate))) / count(*) as agreement_part
    from unit_predictions
    group by design, outcome, campaign_id, household_id

),

-- Overlap: the weight e (1 - e) over its greatest value. Width: the place of the
-- forest's interval, 1 for the narrowest. Agreement: learners that predict one sign
-- less those that predict the other.
parts as (

    select
        agreements.*,
        median_propensities.propensity,
        median_propensities.is_comparable,
        4 * median_propensities.propensity * (1 - median_propensities.propensity)
            as overlap_part,
        1 - (
            {{ mean_rank(
                'agreements.interval_width', 'agreements.design, agreements.outcome'
            ) }} - 0.5
        ) / count(*) over (partition by agreements.design, agreements.outcome)
            as width_part
    from agreements
    inner join median_propensities using (design, campaign_id, household_id)

),

-- A geometric mean, so that no part makes up for another that is near 0.
final as (

    select
        design,
        outcome,
        campaign_id,
        household_id,
        predicted_effect,
        propensity,
        is_comparable,
        overlap_part,
        width_part,
        agreement_part,
        pow(overlap_part, {{ weights.overlap }})
        * pow(width_part, {{ weights.width }})
        * pow(agreement_part, {{ weights.agreement }}) as evidence_score
    from parts

)

select * from final
order by design, outcome, campaign_id, household_id
