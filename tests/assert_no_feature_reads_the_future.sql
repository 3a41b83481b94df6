-- If this fails, features of a window saw purchases from outside it. For a look-back
-- that means the future after time zero: the effect leaks into its own covariates, and
-- estimates and targeting scores look better than they are.

with

features as (

    select * from {{ ref('int_window_features') }}

),

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

outside_purchases as (

    select
        household_id,
        window_id,
        'last_purchase_day is outside the window' as problem
    from features
    where last_purchase_day > end_day or last_purchase_day < start_day

),

-- A window that reaches time zero would pass the check above.
late_windows as (

    select
        trial_units.household_id,
        trial_units.window_id,
        'the look-back does not end the day before time zero' as problem
    from trial_units
    left join features
        on
            trial_units.household_id = features.household_id
            and trial_units.window_id = features.window_id
    where features.end_day is distinct from trial_units.time_zero_day - 1

),

problems as (

    select * from outside_purchases
    union all
    select * from late_windows

)

select * from problems
