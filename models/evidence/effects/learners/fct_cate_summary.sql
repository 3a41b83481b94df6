with

cate as (

    select * from {{ ref('fct_cate') }}

),

final as (

    select
        design,
        outcome,
        learner,
        cast(count(*) as integer) as n_units,
        {{ exact_avg('cate') }} as mean_cate,
        {{ exact_std_dev('cate') }} as std_dev_cate,
        min(cate) as min_cate,
        max(cate) as max_cate,
        avg(case when cate > 0 then 1 else 0 end) as positive_share
    from cate
    group by design, outcome, learner

)

select * from final
order by design, outcome, learner
