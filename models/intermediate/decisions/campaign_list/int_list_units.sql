with

flags as (

    select * from {{ ref('int_list_flags') }}

),

effects as (

    select * from {{ ref('py_household_effects') }}

),

classes as (

    select * from {{ ref('int_list_classes') }}

),

ranks as (

    select * from {{ ref('int_list_ranks') }}

),

segments as (

    select * from {{ ref('int_household_segments') }}
    where window_id = 'latest'

),

terms as (

    select * from {{ ref('int_contact_terms') }}

),

trees as (

    select * from {{ ref('int_list_trees') }}

),

-- Mean profit of a contact in each segment of the population that decides, over all
-- splits.
segment_profits as (

    select
        segment_id,
        {{ exact_avg('contact_profit') }} as segment_profit
    from {{ ref('int_policy_units') }}
    where
        design = '{{ var("primary_design") }}'
        and population
        = (select policies.population from {{ ref('int_list_policy') }} as policies)
    group by segment_id

),

final as (

    select
        flags.household_id,
        flags.valid_from_day,
        segments.segment_id,
        classes.evidence_class,
        classes.propensity,
        terms.margin,
        terms.flat_cost,
        terms.household_cost,
        terms.cost_per_contact,
        terms.break_even,
        effects.cate,
        effects.ci_lower,
        (effects.ci_upper - effects.ci_lower) / (2 * 1.959963984540054)
            as cate_std_error,
        ranks.effect_rank,
        ranks.rank_share,
        ranks.score_decile,
        ranks.recency_quintile,
        ranks.frequency_quintile,
        ranks.monetary_quintile,
        -- Current practice sends to the households of the design's latest campaign.
        cast(flags.was_sent_latest as integer) as is_treated,
        segment_profits.segment_profit,
        terms.margin * effects.cate - terms.cost_per_contact as profit,
        -- NULL if the list follows no tree.
        cast(trees.is_target as integer) as is_tree_target,
        flags.suppression is not null as is_suppressed
    from flags
    inner join classes on flags.household_id = classes.household_id
    inner join segments on flags.household_id = segments.household_id
    inner join terms on flags.household_id = terms.household_id
    left join effects on flags.household_id = effects.household_id
    left join ranks on flags.household_id = ranks.household_id
    left join segment_profits on segments.segment_id = segment_profits.segment_id
    left join trees on flags.household_id = trees.household_id

)

select * from final
order by household_id
