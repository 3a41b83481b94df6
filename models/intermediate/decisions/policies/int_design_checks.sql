with

headlines as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

final as (

    select
        design,
        gate_status != 'passed' as is_doubtful,
        case when placebo_gate = 'failed' then 'placebo failed' end as failed_check
    from headlines

)

select * from final
order by design
