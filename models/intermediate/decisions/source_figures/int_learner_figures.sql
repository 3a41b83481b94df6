with

predictions as (

    select *
    from {{ ref('fct_cate') }}
    where outcome = 'purchase_amount'

),

units as (

    select * from {{ ref('fct_trial_units') }}

),

validation as (

    select *
    from {{ ref('fct_cate_validation') }}
    where outcome = 'purchase_amount'

),

learner_values as (

    select
        'fct_cate: ' || design || ', ' || learner as table_row,
        {{ exact_avg('cate') }} as mean_cate,
        {{ exact_std_dev('cate') }} as std_dev_cate,
        avg(case when cate > 0 then 1.0 else 0.0 end) as share_above_zero
    from predictions
    group by design, learner

),

-- As in the source study: the mean prediction in each segment.
segment_values as (

    select
        'fct_cate: ' || predictions.design || ', ' || predictions.learner
        || ', segment ' || units.segment_id as table_row,
        {{ exact_avg('predictions.cate') }} as mean_cate
    from predictions
    inner join units
        on
            predictions.design = units.design
            and predictions.campaign_id = units.campaign_id
            and predictions.household_id = units.household_id
    group by predictions.design, predictions.learner, units.segment_id

),

figures as (

    from (unpivot learner_values on columns(* exclude (table_row)))
    union all by name
    select
        table_row,
        'mean_cate' as name,
        mean_cate as value
    from segment_values
    union all by name
    select
        'fct_cate_validation: ' || design || ', ' || learner || ', ' || test
            as table_row,
        'value' as name,
        value
    from validation
    union all by name
    select
        'fct_cate_validation: ' || design || ', ' || learner || ', ' || test
            as table_row,
        'p_value' as name,
        p_value as value
    from validation

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
