with

predictions as (

    select * from {{ ref('int_nuisance_predictions') }}

),

final as (

    select
        design,
        target,
        learner,
        cast(decile as integer) as decile,
        count(*) / count(distinct split_id) as n_units,
        cast({{ exact_avg('predicted') }} as double) as mean_predicted,
        cast({{ exact_avg('observed') }} as double) as mean_observed
    from predictions
    group by design, target, learner, decile

)

select * from final
order by design, target, learner, decile
