{%- set n_replicates = edition_value('bootstrap_replicates', 'refutation_profile') -%}

with

households as (

    select distinct household_id
    from {{ ref('int_placebo_influences') }}

),

replicates as (

    select unnest(generate_series(1, {{ n_replicates }})) as replicate_id

),

draws as (

    select
        replicates.replicate_id,
        households.household_id,
        {{ salted_bucket(
            'households.household_id',
            "'" ~ var('fold_salt') ~ "_bootstrap_' || replicates.replicate_id",
            1000000
        ) }} / 1e6 as draw
    from replicates
    cross join households

),

-- Drawing as many households as there are, with replacement, draws each a number of
-- times that is nearly Poisson with mean 1: these are its cumulative probabilities.
final as (

    select
        replicate_id,
        household_id,
        case
            when draw < 0.735759 then 1
            when draw < 0.919699 then 2
            when draw < 0.981012 then 3
            when draw < 0.996340 then 4
            when draw < 0.999406 then 5
            else 6
        end as weight
    from draws
    where draw >= 0.367879

)

select * from final
order by replicate_id, household_id
