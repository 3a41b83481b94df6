{#- As many coins as salted_bucket has bits. -#}
{% set n_bits = 60 %}

with

households as (

    select distinct household_id from {{ ref('int_aa_units') }}

),

blocks as (

    select
        unnest(
            range(cast(ceil({{ var('aa_assignments') }} / {{ n_bits }}.0) as integer))
        ) as block_id

),

-- One md5 tosses the coins of sixty assignments.
final as (

    select
        households.household_id,
        blocks.block_id * {{ n_bits }} as first_assignment,
        blocks.block_id * {{ n_bits }} + {{ n_bits - 1 }} as last_assignment,
        {{ salted_bucket(
            "households.household_id",
            "'" ~ var('assignment_salt') ~ "_aa_' || blocks.block_id",
            2 ** n_bits
        ) }} as bits
    from households
    cross join blocks

)

select * from final
order by household_id, first_assignment
