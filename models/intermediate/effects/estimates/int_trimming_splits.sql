with

trimmed_units as (

    select * from {{ ref('int_trimmed_units') }}

),

averages as (

    select
        design,
        outcome,
        rule,
        split_id,
        max(threshold) as threshold,
        count(*) as n_units,
        count(*) filter (where is_kept and is_treated = 1) as n_treated,
        count(*) filter (where is_kept and is_treated = 0) as n_control,
        count(distinct household_id) filter (where is_kept and is_treated = 1)
            as n_treated_households,
        count(distinct household_id) filter (where is_kept and is_treated = 0)
            as n_control_households,
        {{ exact_avg('case when is_kept then dr_score end') }} as estimate
    from trimmed_units
    group by design, outcome, rule, split_id

),

household_influences as (

    select
        trimmed_units.design,
        trimmed_units.outcome,
        trimmed_units.rule,
        trimmed_units.split_id,
        trimmed_units.household_id,
        {{ exact_sum('trimmed_units.dr_score - averages.estimate') }} as influence,
        count(*) as n_units
    from trimmed_units
    inner join averages
        on
            trimmed_units.design = averages.design
            and trimmed_units.outcome = averages.outcome
            and trimmed_units.rule = averages.rule
            and trimmed_units.split_id = averages.split_id
    where trimmed_units.is_kept
    group by
        trimmed_units.design,
        trimmed_units.outcome,
        trimmed_units.rule,
        trimmed_units.split_id,
        trimmed_units.household_id

),

std_errors as (

    select
        design,
        outcome,
        rule,
        split_id,
        {{ clustered_std_error('influence', 'n_units') }} as std_error
    from household_influences
    group by design, outcome, rule, split_id

),

-- A rule that keeps no unit has a row without an estimate.
final as (

    select
        averages.design,
        averages.outcome,
        averages.rule,
        averages.split_id,
        averages.threshold,
        averages.n_units,
        averages.n_treated,
        averages.n_control,
        averages.n_treated_households,
        averages.n_control_households,
        averages.estimate,
        std_errors.std_error
    from averages
    left join std_errors
        on
            averages.design = std_errors.design
            and averages.outcome = std_errors.outcome
            and averages.rule = std_errors.rule
            and averages.split_id = std_errors.split_id

)

select * from final
order by design, outcome, rule, split_id
