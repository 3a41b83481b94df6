with

toc_steps as (

    select * from {{ ref('int_toc_steps') }}

),

final as (

    select
        design,
        learner,
        split_id,
        sample_id,
        {{ toc_spread_factor('learner', 'max(thinning)') }} as spread_factor,
        {{ exact_sum('autoc_sum') }} / sum(n_units) as autoc,
        {{ exact_sum('qini_sum') }} / sum(n_units) as qini
    from toc_steps
    group by design, learner, split_id, sample_id

)

select * from final
order by design, learner, split_id, sample_id
