with

estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where outcome = 'purchase_amount'

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

balance as (

    select * from {{ ref('fct_covariate_balance') }}

),

trimming as (

    select *
    from {{ ref('fct_trimming') }}
    where outcome = 'purchase_amount'

),

group_effects as (

    select *
    from {{ ref('fct_group_effects') }}
    where outcome = 'purchase_amount' and grouping = 'segment' and estimand = 'ATO'

),

overlap_values as (

    select
        'fct_overlap: ' || design as table_row,
        propensity_auc,
        share_in_10_90
    from overlap

),

balance_values as (

    select
        'fct_covariate_balance: ' || design as table_row,
        count_if(abs(smd_unweighted) < 0.1) as smd_unweighted_below_a_tenth,
        count_if(abs(smd_overlap) < 0.1) as smd_overlap_below_a_tenth
    from balance
    group by design

),

figures as (

    from (unpivot overlap_values on columns(* exclude (table_row)))
    union all by name
    from (unpivot balance_values on columns(* exclude (table_row)))
    union all by name
    select
        'fct_effect_estimates: ' || design || ', ' || estimand || ', ' || estimator
            as table_row,
        'estimate' as name,
        estimate as value
    from estimates
    union all by name
    select
        'fct_effect_estimates: ' || design || ', headline' as table_row,
        'estimate' as name,
        estimate as value
    from estimates
    where is_headline
    union all by name
    select
        'fct_trimming: ' || design || ', ' || rule as table_row,
        'estimate' as name,
        estimate as value
    from trimming
    union all by name
    select
        'fct_group_effects: ' || design || ', segment ' || segment_id || ', ATO'
            as table_row,
        'estimate' as name,
        estimate as value
    from group_effects

),

final as (

    select
        table_row || ', ' || name as place,
        cast(value as double) as figure_value
    from figures
    where value is not null

)

select * from final
order by place
