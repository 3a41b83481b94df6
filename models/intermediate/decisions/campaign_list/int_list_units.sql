with

flags as (

    select * from {{ ref('int_list_flags') }}

),

effects as (

    select * from {{ ref('py_household_effects') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}
    where window_id = 'latest'

),

segments as (

    select * from {{ ref('int_household_segments') }}
    where window_id = 'latest'

),

window_profit_margins as (

    select * from {{ ref('int_window_profit_margins') }}
    where window_id = 'latest'

),

trees as (

    select * from {{ ref('int_list_trees') }}

),

-- What a contact earned in each segment of the primary design, mean over the splits.
segment_profits as (

    select
        segment_id,
        {{ exact_avg('contact_profit') }} as segment_profit
    from {{ ref('int_policy_units') }}
    where design = '{{ var("primary_design") }}'
    group by segment_id

),

scored_households as (

    select
        flags.*,
        segments.segment_id,
        window_profit_margins.margin,
        effects.cate,
        effects.ci_lower,
        effects.ci_upper,
        window_features.recency,
        window_features.frequency,
        window_features.monetary_sales
    from flags
    inner join segments on flags.household_id = segments.household_id
    inner join window_profit_margins on flags.household_id = window_profit_margins.household_id
    left join effects on flags.household_id = effects.household_id
    left join window_features on flags.household_id = window_features.household_id

),

-- Places among those that may be contacted. Fifths by percentile and not by equal
-- numbers, as for customer value: households that are alike score alike.
ranked_households as (

    select
        household_id,
        row_number() over (
            order by
                cate desc,
                {{ salted_bucket(
                    "household_id", "'" ~ var('assignment_salt') ~ "_rank'", 1000000
                ) }},
                household_id asc
        ) as effect_rank,
        count(*) over () as n_ranked,
        percent_rank() over (order by recency desc) as recency_rank,
        percent_rank() over (order by frequency) as frequency_rank,
        percent_rank() over (order by monetary_sales) as monetary_rank
    from scored_households
    where suppress_reason is null

),

final as (

    select
        scored_households.household_id,
        scored_households.valid_from_day,
        scored_households.segment_id,
        scored_households.margin,
        {{ var('cost_per_contact') }} / scored_households.margin as break_even,
        scored_households.cate,
        scored_households.ci_lower,
        scored_households.ci_upper,
        ranked_households.effect_rank,
        (ranked_households.effect_rank - 0.5) / ranked_households.n_ranked
            as rank_share,
        cast(
            ceil(10.0 * ranked_households.effect_rank / ranked_households.n_ranked)
            as integer
        ) as score_decile,
        cast({{ quintile('ranked_households.recency_rank') }} as integer)
            as recency_quintile,
        cast({{ quintile('ranked_households.frequency_rank') }} as integer)
            as frequency_quintile,
        cast({{ quintile('ranked_households.monetary_rank') }} as integer)
            as monetary_quintile,
        -- The same again: who was sent the latest campaign of the design's types.
        cast(scored_households.was_sent_latest as integer) as is_treated,
        segment_profits.segment_profit,
        -- NULL where the policy that the list follows is no tree.
        cast(trees.is_target as integer) as is_tree_target,
        scored_households.suppress_reason is not null as is_suppressed
    from scored_households
    left join ranked_households
        on scored_households.household_id = ranked_households.household_id
    left join segment_profits
        on scored_households.segment_id = segment_profits.segment_id
    left join trees on scored_households.household_id = trees.household_id

)

select * from final
order by household_id
