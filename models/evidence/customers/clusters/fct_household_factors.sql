{#- The contract lists a fixed number of columns; those beyond the chosen number of
    factors are NULL. -#}
{% set max_factors = 11 %}

with

factor_scores as (

    select * from {{ ref('int_factor_scores') }}

),

final as (

    select
        cast(household_id as bigint) as household_id,
        {%- for factor in range(1, max_factors + 1) %}
        max(score) filter (where factor = {{ factor }}) as factor_{{ factor }},
        {%- endfor %}
        window_id
    from factor_scores
    group by household_id, window_id

)

select * from final
order by household_id, window_id
