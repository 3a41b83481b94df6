with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

-- How many were sent it and how many the stated chances let one expect. Where none are
-- stated, they are the shares of each campaign's whole list.
final as (

    select
        design,
        sum(cast(is_treated as integer)) as n_sent,
        count(*) - sum(cast(is_treated as integer)) as n_held_out,
        {{ exact_sum('known_propensity') }} as n_expected,
        pow(n_sent - n_expected, 2)
        / {{ exact_sum('known_propensity * (1 - known_propensity)') }}
            as ratio_statistic
    from trial_units
    where known_propensity is not null
    group by design

)

select * from final
order by design
