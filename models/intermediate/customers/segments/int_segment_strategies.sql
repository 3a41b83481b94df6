with

segment_names as (

    select * from {{ ref('int_segment_names') }}

),

strategies as (

    select * from {{ ref('segment_strategies') }}

),

-- A segment that no rule fits stays without a strategy, so that a test finds it.
ranked_rules as (

    select
        segment_names.segment_id,
        strategies.position,
        strategies.priority,
        strategies.strategy,
        strategies.key_actions,
        row_number() over (
            partition by segment_names.segment_id order by strategies.position
        ) as rule_rank
    from segment_names
    left join strategies
        on
            strategies.is_lapsing
            in ('any', cast(segment_names.is_lapsing as varchar))
            and strategies.value_word in ('any', segment_names.value_word)
            and strategies.main_theme in ('any', segment_names.main_theme)
            and strategies.second_theme in ('any', segment_names.second_theme)

),

final as (

    select
        segment_id,
        position as rule_position,
        priority,
        strategy,
        key_actions
    from ranked_rules
    where rule_rank = 1

)

select * from final
order by segment_id
