with

dr_scores as (

    select * from {{ ref('int_dr_scores') }}

),

-- An estimate multiplies each outcome by a weight. The less the arms overlap, the
-- larger the spread of the weights.
weighted_units as (

    select
        design,
        outcome,
        split_id,
        outcome_value - case is_treated when 1 then mu1 else mu0 end as residual,
        is_treated / propensity - (1 - is_treated) / (1 - propensity) as ate_weight,
        (is_treated - propensity)
        / avg(cast(pow(is_treated - propensity, 2) as decimal(38, 12))) over (
            partition by design, outcome, split_id
        ) as ato_weight
    from dr_scores

),

split_scales as (

    select
        design,
        outcome,
        split_id,
        sqrt({{ exact_avg('residual * residual') }}) as residual_spread,
        sqrt({{ exact_avg('ate_weight * ate_weight') }}) as ate_weight_spread,
        sqrt({{ exact_avg('ato_weight * ato_weight') }}) as ato_weight_spread
    from weighted_units
    group by design, outcome, split_id

),

estimand_scales as (

    select
        design,
        outcome,
        split_id,
        'ATE' as estimand,
        residual_spread * ate_weight_spread as scale
    from split_scales
    union all
    select
        design,
        outcome,
        split_id,
        'ATO' as estimand,
        residual_spread * ato_weight_spread as scale
    from split_scales

),

final as (

    select
        design,
        outcome,
        estimand,
        median(scale) as scale
    from estimand_scales
    group by design, outcome, estimand

)

select * from final
order by design, outcome, estimand
