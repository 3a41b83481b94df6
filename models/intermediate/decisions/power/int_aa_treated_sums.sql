{#- One md5 gives the arms of sixty assignments, as many as salted_bucket has bits. -#}
{% set n_bits = 60 %}

with

units as (

    select * from {{ ref('int_aa_units') }}

),

households as (

    select distinct household_id from units

),

assignments as (

    select
        range as assignment_id,
        range // {{ n_bits }} as block_id,
        range % {{ n_bits }} as bit_number
    from range({{ var('aa_assignments') }})

),

blocks as (

    select distinct block_id from assignments

),

window_counts as (

    select max(scope_window) as n_windows
    from units

),

household_bits as (

    select
        households.household_id,
        blocks.block_id,
        {{ salted_bucket(
            "households.household_id",
            "'" ~ var('assignment_salt') ~ "_aa_' || blocks.block_id",
            2 ** n_bits
        ) }} as bits
    from households
    cross join blocks

),

-- A household is treated where its bit is 1. Each assignment is tried on all windows
-- (0) and on one of them, in turn.
treated_households as (

    select
        household_bits.household_id,
        assignments.assignment_id,
        unnest([0, 1 + assignments.assignment_id % window_counts.n_windows])
            as scope_window
    from household_bits
    inner join assignments on household_bits.block_id = assignments.block_id
    cross join window_counts
    where (household_bits.bits >> assignments.bit_number) & 1 = 1

),

final as (

    select
        units.metric,
        units.method,
        units.scope_window,
        treated_households.assignment_id,
        count(*) as n_households,
        sum(units.n_units) as n_units,
        sum(units.score_sum) as score_sum,
        sum(units.score_sum * units.score_sum) as squared_score_sum,
        sum(units.n_units * units.score_sum) as weighted_score_sum,
        sum(units.n_units * units.n_units) as squared_n_units
    from treated_households
    inner join units
        on
            treated_households.household_id = units.household_id
            and treated_households.scope_window = units.scope_window
    group by
        units.metric,
        units.method,
        units.scope_window,
        treated_households.assignment_id

)

select * from final
order by metric, method, scope_window, assignment_id
