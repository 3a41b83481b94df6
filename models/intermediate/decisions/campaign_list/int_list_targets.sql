{#- NULL where there is no cap. -#}
{%- set contacts = setting('max_contacts') -%}
{%- set budget = setting('max_budget') -%}
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
        least(
            {{ 'null' if contacts is none else contacts }},
            floor(round(
                {{ 'null' if budget is none else budget }}
                / nullif(units.cost_per_contact, 0), 6
            ))
        ) as cap
    from units
    cross join policies

),

-- Each contact costs the same, so households rank by the margin on the predicted
-- effect, and what is sent as before comes after the policy's list. Exploration counts
-- towards a cap, too, and shrinks if it alone would exceed the cap.
ranked_targets as (

    select
        *,
        row_number() over (
            order by
                list_position(['listed', 'as before', 'not listed'], wanted_part) asc,
                predicted_margin desc, effect_rank asc
        ) as list_rank,
        count(*) filter (where wanted_part = 'listed') over () as n_wanted,
        cast(
            least(
                cast({{ setting('exploration_share') }} as decimal(18, 6)),
                coalesce(floor(1000000.0 * cap / n_eligible) / 1000000, 1)
            ) as decimal(18, 6)
        ) as p_outside,
        cast(1 - {{ setting('holdout_share') }} as decimal(18, 6)) as p_inside
    from targets

),

-- The longest list whose contacts stay within the cap in every draw. A draw sends to at
-- most the next whole number of each part's share.
list_lengths as (

    select coalesce(max(list_rank), 0) as n_sendable
    from ranked_targets
    where
        wanted_part != 'not listed'
        and (
            cap is null
            or ceil(least(list_rank, n_wanted) * p_inside)
            + ceil(greatest(list_rank - n_wanted, 0) * p_inside)
            + ceil((n_eligible - list_rank) * p_outside)
            <= cap
        )

),

final as (

    select
        ranked_targets.household_id,
        ranked_targets.wanted_part != 'not listed' as is_targeted,
        if(
            ranked_targets.list_rank <= list_lengths.n_sendable,
            ranked_targets.wanted_part, 'not listed'
        ) as list_part,
        if(
            ranked_targets.list_rank <= list_lengths.n_sendable,
            ranked_targets.p_inside, ranked_targets.p_outside
        ) as p_assign
    from ranked_targets
    cross join list_lengths

)

select * from final
order by household_id
