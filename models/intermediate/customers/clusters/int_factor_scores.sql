with

factor_scores as (

    select * from {{ ref('py_factor_scores') }}

),

score_rows as (

    unpivot factor_scores
    on columns(* exclude (household_id, window_id))
    into name factor_column value score

),

final as (

    select
        household_id,
        window_id,
        cast(replace(factor_column, 'factor_', '') as integer) as factor,
        score
    from score_rows

)

select * from final
order by window_id, household_id, factor
