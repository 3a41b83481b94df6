{{ config(
    materialized='table' if setting('edition') == 'canonical' else 'ephemeral'
) }}

with

days as (

    select
        shopping_date,
        is_day_kept,
        day_zero,
        sum(n_lines) as n_lines
    from {{ ref('base_canonical__days') }}
    group by all

),

-- Days between which nobody shopped for long are blocks of their own.
gaps as (

    select
        *,
        coalesce(
            shopping_date - lag(shopping_date) over (order by shopping_date)
            > {{ setting('max_day_gap') }},
            false
        ) as is_block_start
    from days

),

day_blocks as (

    select
        *,
        sum(cast(is_block_start as integer)) over (order by shopping_date) as block
    from gaps

),

blocks as (

    select
        min(shopping_date) as first_date,
        max(shopping_date) as last_date,
        sum(n_lines) as n_lines,
        bool_or(is_day_kept) as is_day_kept,
        min(day_zero) as day_zero
    from day_blocks
    group by block

),

-- The block that holds nearly all lines is the data; else all blocks are.
spans as (

    select
        bool_or(is_day_kept) as is_day_kept,
        min(day_zero) as stated_day_zero,
        max(n_lines) >= 0.95 * sum(n_lines) as has_main_block,
        case
            when has_main_block then max_by(first_date, n_lines)
            else min(first_date)
        end as first_date,
        case
            when has_main_block then max_by(last_date, n_lines)
            else max(last_date)
        end as last_date
    from blocks

),

final as (

    select
        is_day_kept,
        first_date,
        last_date,
        case when is_day_kept then stated_day_zero else first_date - 1 end as day_zero
    from spans

)

select * from final
