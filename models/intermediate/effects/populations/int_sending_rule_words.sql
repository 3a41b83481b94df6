with

conditions as (

    select * from {{ ref('py_sending_tree') }}

),

covariates as (

    select * from {{ ref('int_covariates') }}

),

-- A covariate that is split twice on the way to a leaf is named once, with its tightest
-- bounds.
bounds as (

    select
        conditions.design,
        conditions.leaf_id,
        covariates.label,
        {{ tightest_bounds('conditions') }}
    from conditions
    left join covariates on conditions.covariate = covariates.covariate
    group by conditions.design, conditions.leaf_id, covariates.label

),

phrases as (

    select
        *,
        {{ bounds_in_words('label', 'lower_bound', 'upper_bound') }} as phrase
    from bounds

),

final as (

    select
        design,
        leaf_id,
        coalesce(string_agg(phrase, ', ' order by position asc), 'all units') as rule
    from phrases
    group by design, leaf_id

)

select * from final
order by design, leaf_id
