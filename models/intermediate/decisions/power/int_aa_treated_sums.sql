with

aa_bits as (

    select * from {{ ref('int_aa_bits') }}

),

units as (

    select * from {{ ref('int_aa_units') }}

),

assignments as (

    select unnest(range({{ var('aa_assignments') }})) as assignment_id

),

window_counts as (

    select max(scope_window) as n_windows
    from units

),

-- Each assignment is tried on all windows (0) and on one of them, in turn.
treated_households as (

    select
        aa_bits.household_id,
        assignments.assignment_id,
        unnest([0, 1 + assignments.assignment_id % window_counts.n_windows])
            as scope_window
    from aa_bits
    inner join assignments
        on
            assignments.assignment_id
            between aa_bits.first_assignment and aa_bits.last_assignment
    cross join window_counts
    where
        (aa_bits.bits >> (assignments.assignment_id - aa_bits.first_assignment)) & 1 = 1

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
