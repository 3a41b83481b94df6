with

unit_propensities as (

    select *
    from {{ ref('int_unit_propensities') }}
    where is_main_design

),

-- Ties share their mean rank, so that the AUC of a constant propensity is one half.
ranked_units as (

    select
        *,
        {{ mean_rank('raw_propensity', 'design, split_id') }} as propensity_rank
    from unit_propensities

),

split_statistics as (

    select
        design,
        split_id,
        max(learner) as propensity_learner,
        sum(is_treated) as n_treated,
        sum(1 - is_treated) as n_control,
        {{ area_under_curve('propensity_rank', 'is_treated') }} as propensity_auc,
        avg(case when raw_propensity between 0.05 and 0.95 then 1 else 0 end)
            as share_in_05_95,
        count(*) filter (where raw_propensity < 0.05) as n_below_05,
        count(*) filter (where raw_propensity > 0.95) as n_above_95,
        min(raw_propensity) filter (where is_treated = 1)
            as lowest_propensity_treated,
        max(raw_propensity) filter (where is_treated = 1)
            as highest_propensity_treated,
        min(raw_propensity) filter (where is_treated = 0)
            as lowest_propensity_control,
        max(raw_propensity) filter (where is_treated = 0)
            as highest_propensity_control,
        {{ overlap_statistics('is_treated', 'propensity', 'raw_propensity') }},
        sum(case when raw_propensity != propensity then 1 else 0 end) as n_clipped
    from ranked_units
    group by design, split_id

),

medians as (

    select
        design,
        max(propensity_learner) as propensity_learner,
        max(n_treated) as n_treated,
        max(n_control) as n_control,
        median(propensity_auc) as propensity_auc,
        median(share_in_10_90) as share_in_10_90,
        median(share_in_05_95) as share_in_05_95,
        median(n_below_05) as n_below_05,
        median(n_above_95) as n_above_95,
        median(lowest_propensity_treated) as lowest_propensity_treated,
        median(highest_propensity_treated) as highest_propensity_treated,
        median(lowest_propensity_control) as lowest_propensity_control,
        median(highest_propensity_control) as highest_propensity_control,
        median(ess_treated) as ess_treated,
        median(ess_control) as ess_control,
        median(n_clipped) as n_clipped
    from split_statistics
    group by design

),

final as (

    select
        design,
        propensity_learner,
        cast(n_treated as integer) as n_treated,
        cast(n_control as integer) as n_control,
        propensity_auc,
        {{ separation_verdict('propensity_auc') }} as separation,
        lowest_propensity_treated,
        highest_propensity_treated,
        lowest_propensity_control,
        highest_propensity_control,
        share_in_10_90,
        share_in_05_95,
        cast(n_below_05 as double) as n_below_05,
        cast(n_above_95 as double) as n_above_95,
        ess_treated,
        ess_control,
        cast(n_clipped as double) as n_clipped,
        {{ overlap_gate(
            'share_in_10_90', 'ess_treated', 'ess_control', 'n_treated', 'n_control'
        ) }}
    from medians

)

select * from final
order by design
