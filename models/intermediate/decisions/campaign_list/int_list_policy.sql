with

policies as (

    select * from {{ ref('policies') }}

),

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}
    where design = '{{ var("primary_design") }}' and is_decisive

),

-- The list follows the policy that was asked for, otherwise the recommended one.
-- Without an evaluated policy nobody is recommended.
followed as (

    select
        max(population) as population,
        coalesce(
            {% if setting('list_policy') %}'{{ setting('list_policy') }}',{% endif %}
            max(policy),
            'treat_none'
        ) as policy
    from chosen_policies

),

final as (

    select
        followed.policy,
        followed.population,
        {{ 'true' if setting('list_policy') else 'false' }} as is_override,
        -- A policy that does not exist would give an empty list, which looks like a
        -- result.
        coalesce(
            policies.label,
            error('var list_policy is ' || followed.policy || ', no policy of the seed')
        ) as label,
        policies.kind,
        policies.parameter
    from followed
    left join policies on followed.policy = policies.policy

)

select * from final
