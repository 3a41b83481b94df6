with

policies as (

    select * from {{ ref('policies') }}

),

comparisons as (

    select
        *,
        {{ confidence_limit('profit', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('profit', 'std_error', 'upper') }} as ci_upper
    from {{ ref('int_policy_comparisons') }}
    where baseline = 'treat_none'

),

policy_sizes as (

    select * from {{ ref('int_policy_sizes') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

cate_validation as (

    select * from {{ ref('fct_cate_validation') }}

),

-- A rule that ranks customers is allowed only where held-out scores say that effects
-- differ and that the ranking finds where.
heterogeneity as (

    select
        design,
        bool_and(is_passed) as is_detected
    from cate_validation
    where
        outcome = 'purchase_amount'
        and is_primary
        and test in ('blp_slope', 'autoc')
    group by design

),

-- Profits per unit: parts differ in size.
part_values as (

    select
        design,
        policy,
        {%- for part in ['choose', 'validate', 'report'] %}
        {%- for column in ['profit', 'std_error', 'ci_lower', 'ci_upper'] %}
        max({{ column }} / n_units) filter (where population = '{{ part }}')
            as {{ part }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        max(n_units) filter (where population = 'all') as n_units
    from comparisons
    group by design, policy

),

candidates as (

    select
        part_values.*,
        policies.kind,
        policy_sizes.n_targeted,
        policy_sizes.share_targeted,
        coalesce(heterogeneity.is_detected, false) as is_heterogeneity_detected,
        case
            when policies.kind in ('none', 'current') then 'no rule to choose'
            when not overlap.is_overlap_sufficient
                then 'the arms overlap too little to grade it'
            when
                policies.needs_ranking
                and not coalesce(heterogeneity.is_detected, false)
                then 'no ranking of customers is better than chance'
        end as exclusion_reason
    from part_values
    inner join policies on part_values.policy = policies.policy
    inner join policy_sizes
        on
            part_values.design = policy_sizes.design
            and part_values.policy = policy_sizes.policy
    inner join overlap on part_values.design = overlap.design
    left join heterogeneity on part_values.design = heterogeneity.design

),

-- Chosen by one part of the households, on which the best of many looks better than it
-- is; validated on the next; the last, which decided nothing, reports.
ranked_candidates as (

    select
        *,
        case
            when exclusion_reason is null
                then
                    row_number() over (
                        partition by design, exclusion_reason is null
                        order by choose_profit desc, n_targeted asc, policy asc
                    )
        end as choose_rank
    from candidates

),

final as (

    select
        *,
        coalesce(choose_rank = 1 and choose_profit > 0, false) as is_chosen,
        coalesce(
            choose_rank = 1 and choose_profit > 0 and validate_ci_lower > 0, false
        ) as is_recommended
    from ranked_candidates

)

select * from final
order by design, policy
