{% set raw = raw_table('canonical', 'promotions') %}

with

raw_promotions as (

    select
        promotions.*,
        promotions as raw_row
    from {{ raw.relation }} as promotions

),

-- Weeks by the labels that transactions have for them.
labelled_weeks as (

    select
        week_label,
        min(week) as known_week
    from {{ ref('base_canonical__known_days') }}
    where week_label is not null
    group by week_label

),

-- Labels that are the weeks themselves, or no labels at all: numbers are weeks.
numbering as (

    select
        coalesce(bool_and(week_label = cast(known_week as varchar)), true)
            as is_week_kept
    from labelled_weeks

),

final as (

    select
        ---------- ids
        {{ source_key(raw, 'product_id') }} as product_id,
        {{ source_key(raw, 'store_id') }} as store_id,

        ---------- strings
        {{ placement_code(raw, 'display') }} as display,
        {{ placement_code(raw, 'mailer') }} as mailer,

        ---------- numbers
        coalesce(
            labelled_weeks.known_week,
            case
                when numbering.is_week_kept then {{ stated_whole_number(raw, 'week') }}
            end
        ) as week,

        ---------- what is wrong with the row, and the row as it came
        coalesce(
            {{ source_key_problem(raw, 'product_id') }},
            {{ source_key_problem(raw, 'store_id') }},
            case
                when labelled_weeks.known_week is not null then null
                when not numbering.is_week_kept
                    then 'week is no week of transactions'
                when {{ stated_whole_number(raw, 'week') }} is null
                    then 'week is not a whole number'
            end
        ) as problem,
        raw_promotions.raw_row
    from raw_promotions
    left join labelled_weeks
        on {{ stated_text(raw, 'week') }} = labelled_weeks.week_label
    left join numbering on true

)

select * from final
