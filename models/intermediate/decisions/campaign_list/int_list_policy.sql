with

policies as (

    select * from {{ ref('policies') }}

),

chosen_policies as (

    select * from {{ ref('int_chosen_policies') }}
    where design = '{{ var("primary_design") }}'

),

-- The policy that the list follows: the one asked for, or the recommended one; where no
-- policy could be graded, nobody is recommended.
followed as (

    select
        coalesce(max(policy), 'treat_none') as recommended_policy,
        coalesce(
            {{ "'" ~ var('list_policy') ~ "'" if var('list_policy') else 'null' }},
            max(policy),
            'treat_none'
        ) as policy
    from chosen_policies

),

final as (

    select
        followed.policy,
        followed.recommended_policy,
        followed.policy != followed.recommended_policy as is_override,
        -- A list by a policy that does not exist would be empty and look like a result.
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
