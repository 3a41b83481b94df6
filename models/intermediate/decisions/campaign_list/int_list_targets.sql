{#- Contacts that the caps allow. A budget, in cents, pays for whole contacts only. -#}
{%- set caps = [] -%}
{%- if setting('max_contacts') is not none -%}
    {%- do caps.append(setting('max_contacts') | int) -%}
{%- endif -%}
{%- if setting('max_budget') is not none -%}
    {%- set budget_cents = (100 * (setting('max_budget') | float)) | round | int -%}
    {%- set cost = setting('cost_per_contact') | float -%}
    {%- set contact_cents = (100 * cost) | round | int -%}
    {%- do caps.append(budget_cents // contact_cents) -%}
{%- endif -%}
with

units as (

    select * from {{ ref('int_list_units') }}
    where not is_suppressed

),

policies as (

    select * from {{ ref('int_list_policy') }}

),

targets as (

    select
        units.household_id,
        units.effect_rank,
        units.margin * units.cate as predicted_margin,
        {{ is_targeted(
            kind='policies.kind',
            parameter='policies.parameter',
            is_treated='units.is_treated',
            cate='units.cate',
            ci_lower='units.ci_lower',
            rank_share='units.rank_share',
            recency_quintile='units.recency_quintile',
            frequency_quintile='units.frequency_quintile',
            monetary_quintile='units.monetary_quintile',
            segment_profit='units.segment_profit',
            is_tree_target='units.is_tree_target',
            break_even='units.break_even',
        ) }} = 1 as is_targeted,
        count(*) over () as n_eligible,
        {{ caps | min if caps else 'null' }} as cap
    from units
    cross join policies

),

-- Each contact costs the same, so households rank by the margin on the predicted
-- effect. Exploration counts towards a cap, too, and shrinks if it alone would exceed
-- the cap.
ranked_targets as (

    select
        *,
        case
            when is_targeted
                then
                    row_number() over (
                        partition by is_targeted
                        order by predicted_margin desc, effect_rank asc
                    )
        end as list_rank,
        cast(
            least(
                cast({{ setting('exploration_share') }} as decimal(18, 6)),
                coalesce(floor(1000000.0 * cap / n_eligible) / 1000000, 1)
            ) as decimal(18, 6)
        ) as p_outside
    from targets

),

-- The longest list whose contacts stay within the cap in every draw. A draw sends to at
-- most the next whole number of each share.
list_lengths as (

    select
        coalesce(
            max(list_rank) filter (
                where
                cap is null
                or ceil(list_rank * (1 - {{ setting('holdout_share') }}))
                + ceil((n_eligible - list_rank) * p_outside)
                <= cap
            ),
            0
        ) as n_listed
    from ranked_targets

),

final as (

    select
        ranked_targets.household_id,
        ranked_targets.is_targeted,
        coalesce(ranked_targets.list_rank <= list_lengths.n_listed, false)
            as is_recommended,
        case
            when ranked_targets.list_rank <= list_lengths.n_listed
                then cast(1 - {{ setting('holdout_share') }} as decimal(18, 6))
            else ranked_targets.p_outside
        end as p_assign
    from ranked_targets
    cross join list_lengths

)

select * from final
order by household_id
