with

assumptions as (

    select * from {{ ref('fct_assumptions') }}

),

-- In words, in the order of the table of assumptions.
counted_assumptions as (

    select
        design,
        count(*) filter (where status = 'contradicted') as n_contradicted,
        string_agg(assumption, ', ' order by position) filter (
            where status = 'contradicted'
        ) as contradicted,
        string_agg(assumption, ', ' order by position) filter (
            where status in ('doubtful', 'cannot be told')
        ) as doubtful
    from assumptions
    group by design

),

final as (

    select
        design,
        'can_we_trust_it' as question_id,
        'Can we trust it?' as question,
        cast(n_contradicted as double) as estimate,
        'assumptions that the data contradict' as unit,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        case
            when n_contradicted > 0
                then 'only as a hint: the data contradict ' || contradicted
            when doubtful is not null
                then 'with care: the data contradict nothing; doubtful is ' || doubtful
            else 'as far as observed data go: they contradict nothing'
        end as verdict,
        'Read fct_assumptions, and let a random holdout decide.' as next_action
    from counted_assumptions

)

select * from final
order by design
