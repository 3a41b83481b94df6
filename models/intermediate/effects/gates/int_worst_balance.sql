with

covariate_balance as (

    select * from {{ ref('fct_covariate_balance') }}

),

-- The weights of each estimand. A regression has none that could be written down.
weighted_differences as (

    select
        design,
        covariate,
        'ATE' as estimand,
        abs(smd_ipw) as smd
    from covariate_balance
    union all
    select
        design,
        covariate,
        'ATT' as estimand,
        abs(smd_att) as smd
    from covariate_balance
    union all
    select
        design,
        covariate,
        'ATO' as estimand,
        abs(smd_overlap) as smd
    from covariate_balance
    union all
    select
        design,
        covariate,
        'ATT of the matched' as estimand,
        abs(smd_matched) as smd
    from covariate_balance

),

final as (

    select
        design,
        estimand,
        max(smd) as max_smd,
        arg_max(covariate, smd) as worst_covariate
    from weighted_differences
    where smd is not null
    group by design, estimand

)

select * from final
order by design, estimand
