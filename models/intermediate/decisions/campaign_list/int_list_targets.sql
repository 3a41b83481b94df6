{%- set contacts = tojson(setting('max_contacts')) -%}
{%- set budget = tojson(setting('max_budget')) -%}
with

units as (

    select * from {{ ref('int_list_units') }}
    where not is_suppressed

),

policies as (

    select * from {{ ref('int_list_policy') }}

),

-- The policy decides on comparable households, or on all if it is asked for by hand. No
-- trial speaks against what was always sent, so it is sent as before.
targets as (

    select
        units.household_id,
        units.effect_rank,
        units.margin * units.cate as predicted_margin,
        units.cost_per_contact as cost,
        case
            when
                (policies.is_override or units.evidence_class = 'comparable')
                and {{ is_targeted(
                    kind='policies.kind', parameter='policies.parameter',
                    is_treated='units.is_treated', cate='units.cate',
                    ci_lower='units.ci_lower', rank_share='units.rank_share',
                    recency_quintile='units.recency_quintile',
                    frequency_quintile='units.frequency_quintile',
                    monetary_quintile='units.monetary_quintile',
                    segment_profit='units.segment_profit',
                    is_tree_target='units.is_tree_target',
                    break_even='units.break_even',
                ) }} = 1
                then 'listed'
            when not policies.is_override and units.evidence_class = 'always sent'
                then 'as before'
            else 'not listed'
        end as wanted_part,
        count(*) over () as n_eligible,
        min(units.cost_per_contact) over () as least_cost,
        nullif(max(units.cost_per_contact) over (), 0) as most_cost
    from units
    cross join policies

),

-- The best value for a dollar comes first, what is sent as before after the policy's
-- list. Exploration counts towards a cap, too, and shrinks if it alone would exceed it.
ranked_targets as (

    select
        *,
        cast(cost - least_cost as decimal(38, 12)) as extra_cost,
        row_number() over (
            order by
                list_position(['listed', 'as before', 'not listed'], wanted_part) asc,
                predicted_margin / nullif(cost, 0) desc nulls first,
                predicted_margin desc, effect_rank asc
        ) as list_rank,
        count(*) filter (where wanted_part = 'listed') over () as n_wanted,
        least({{ contacts }}, floor(round({{ budget }} / most_cost, 6))) as cap,
        cast(
            least(
                cast({{ setting('exploration_share') }} as decimal(18, 6)),
                coalesce(floor(1000000.0 * cap / n_eligible) / 1000000, 1)
            ) as decimal(18, 6)
        ) as p_outside,
        cast(1 - {{ setting('holdout_share') }} as decimal(18, 6)) as p_inside
    from targets

),

-- What the list costs at most if it ends at this household. A draw sends to at most the
-- next whole number of each part's share, and it may take the most expensive.
sizes as (

    select
        *,
        ceil((n_eligible - list_rank) * p_outside) as n_explored,
        ceil(least(list_rank, n_wanted) * p_inside)
        + ceil(greatest(list_rank - n_wanted, 0) * p_inside) + n_explored as n_contacts,
        n_contacts * least_cost + n_explored * (most_cost - least_cost)
        + sum(extra_cost) over (order by list_rank) as contact_cost
    from ranked_targets

),

list_lengths as (

    select
        *,
        max(list_rank) filter (
            where wanted_part != 'not listed'
            and coalesce(n_contacts <= {{ contacts }}, true)
            and coalesce(round(contact_cost, 6) <= {{ budget }}, true)
        ) over () as n_sendable
    from sizes

),

final as (

    select
        household_id,
        wanted_part != 'not listed' as is_targeted,
        if(list_rank <= n_sendable, wanted_part, 'not listed') as list_part,
        if(list_rank <= n_sendable, p_inside, p_outside) as p_assign
    from list_lengths

)

select * from final
order by household_id
