with

categories as (

    select * from {{ ref('int_household_categories') }}

),

category_sizes as (

    select
        attribute,
        category,
        count(*) as n_households,
        row_number() over (
            partition by attribute order by count(*) desc, category asc
        ) as place
    from categories
    group by attribute, category

),

-- The most frequent category of an attribute is told by the others. The seed has a
-- number of covariates of this kind, and the most frequent categories get them.
numbered_categories as (

    select
        *,
        row_number() over (
            order by n_households desc, attribute asc, category asc
        ) as position
    from category_sizes
    where place > 1

),

final as (

    select
        attribute,
        category,
        n_households,
        'own_group_' || lpad(cast(position as varchar), 2, '0') as covariate
    from numbered_categories
    where position <= {{ own_groups() | length }}

)

select * from final
order by covariate
