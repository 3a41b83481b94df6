with

households as (

    select distinct household_id from {{ ref('int_trial_units') }}

),

splits as (

    select unnest(generate_series(1, {{ var('n_splits') }})) as split_id

),

-- Every fit and every evaluation of a build uses these folds, so that no household is
-- scored by a model that was fitted on it.
final as (

    select
        households.household_id,
        splits.split_id,
        {{ salted_bucket(
            "households.household_id",
            "'" ~ var('fold_salt') ~ "_' || splits.split_id",
            var('n_folds')
        ) }} + 1 as fold
    from households
    cross join splits

)

select * from final
order by split_id, household_id
