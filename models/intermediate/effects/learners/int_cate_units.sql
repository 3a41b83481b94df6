with

estimation_units as (

    select * from {{ ref('int_estimation_units') }}

),

households as (

    select
        design,
        household_id,
        count(*) as n_units
    from estimation_units
    where
        design in (
            {%- for design in var('cate_designs') %}
            '{{ design }}'{{ "," if not loop.last }}
            {%- endfor %}
        )
    group by design, household_id

),

-- The salt puts households in a random order that is the same in every build. Whole
-- households are drawn until the fits have as many units as they may learn from.
drawn_households as (

    select
        design,
        household_id,
        sum(n_units) over (
            partition by design
            order by
                md5('{{ var("fit_sample_salt") }}' || '|' || household_id) asc,
                household_id asc
            rows unbounded preceding
        ) <= {{ var('max_fit_units') }} as is_fit_unit
    from households

),

-- All columns, because the YAML of the fits chooses covariates and outcomes.
final as (

    select
        estimation_units.*,
        drawn_households.is_fit_unit
    from estimation_units
    inner join drawn_households
        on
            estimation_units.design = drawn_households.design
            and estimation_units.household_id = drawn_households.household_id

)

select * from final
order by design, campaign_id, household_id
