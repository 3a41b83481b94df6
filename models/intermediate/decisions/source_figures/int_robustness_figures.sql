with

estimates as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where outcome = 'purchase_amount' and is_headline

),

sensitivity as (

    select *
    from {{ ref('fct_sensitivity') }}
    where outcome = 'purchase_amount'

),

refutations as (

    select *
    from {{ ref('fct_refutations') }}
    where outcome = 'purchase_amount' and is_headline

),

units as (

    select * from {{ ref('fct_trial_units') }}

),

-- The source study's E-value takes exp(|estimate| / standard error) for a risk ratio.
-- Beyond 300 errors its square would leave the range of a double.
study_ratios as (

    select
        design,
        exp(least(abs(estimate) / std_error, 300)) as ratio
    from estimates
    where std_error > 0

),

-- The source study's bounds: the mean of the treated less an extreme of the outcome,
-- as if all units had been treated.
study_bounds as (

    select
        'fct_trial_units: ' || design as table_row,
        {{ exact_avg('case when is_treated then purchase_amount end') }}
        - max(purchase_amount) as lower_bound_of_the_study,
        {{ exact_avg('case when is_treated then purchase_amount end') }}
        - min(purchase_amount) as upper_bound_of_the_study
    from units
    group by design

),

bounds as (

    select
        'fct_sensitivity: ' || design || ', no assumption' as table_row,
        estimate_lower,
        estimate_upper
    from sensitivity
    where scenario = 'no assumption'

),

figures as (

    from (unpivot study_bounds on columns(* exclude (table_row)))
    union all by name
    from (unpivot bounds on columns(* exclude (table_row)))
    union all by name
    select
        'fct_effect_estimates: ' || design || ', headline' as table_row,
        'E-value of the study' as name,
        ratio + sqrt(ratio * (ratio - 1)) as value
    from study_ratios
    union all by name
    select
        'fct_sensitivity: ' || design || ', E-value' as table_row,
        'confounder_strength' as name,
        confounder_strength as value
    from sensitivity
    where scenario = 'E-value'
    union all by name
    select
        'fct_refutations: ' || design || ', ' || refuter as table_row,
        'replicate_mean' as name,
        replicate_mean as value
    from refutations
    union all by name
    select
        'fct_refutations: ' || design || ', ' || refuter as table_row,
        'replicate_mean over actual_estimate' as name,
        abs(replicate_mean / nullif(actual_estimate, 0)) as value
    from refutations

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
