with

source_figures as (

    select * from {{ ref('source_figures') }}

),

places as (

    select * from {{ ref('int_customer_figures') }}
    union all
    select * from {{ ref('int_effect_figures') }}
    union all
    select * from {{ ref('int_robustness_figures') }}
    union all
    select * from {{ ref('int_learner_figures') }}
    union all
    select * from {{ ref('int_decision_figures') }}

),

words as (

    select * from {{ ref('words') }}

),

settings as (

    select
        {{ var('scaler_tail') }} = 0
        and '{{ var("visit_gap_fill") }}' = 'zero'
        and {{ var('min_tenure_weeks') }} = 1
        and {{ var('n_factors') or 0 }} = 5
        and {{ var('n_segments') or 0 }} = 7 as has_study_segments

),

named_figures as (

    select
        source_figures.*,
        source_figures.build_vars is null or settings.has_study_segments
            as has_study_settings,
        replace(source_figures.sound_place, '{design}', '{{ var("primary_design") }}')
            as sound_table
    from source_figures
    cross join settings

),

-- Segments of other settings are not the study's: they have no number here.
found_figures as (

    select
        named_figures.*,
        case
            when named_figures.has_study_settings
                then source_places.figure_value * named_figures.multiplier
        end as by_source_formula,
        sound_places.figure_value * named_figures.multiplier as by_sound_formula
    from named_figures
    left join places as source_places
        on named_figures.source_place = source_places.place
    left join places as sound_places
        on named_figures.sound_table = sound_places.place

),

judged_figures as (

    select
        *,
        case
            when coalesce(by_source_formula, by_sound_formula) is null
                then 'not recomputed'
            when round(by_source_formula, n_decimals) = published_number
                then 'reproduced'
            else 'differs'
        end as status,
        case
            when status != 'not recomputed' then 'recomputed'
            when not has_study_settings then 'other settings'
            when coalesce(source_place, sound_table) is not null then 'absent'
            else 'not recomputable'
        end as answer
    from found_figures

),

final as (

    select
        judged_figures.figure_id,
        judged_figures.position,
        judged_figures.system,
        judged_figures.topic,
        judged_figures.figure,
        judged_figures.unit,
        judged_figures.document,
        judged_figures.published_value,
        judged_figures.published_number,
        judged_figures.by_source_formula,
        judged_figures.source_place as source_table,
        judged_figures.build_vars,
        judged_figures.by_sound_formula,
        judged_figures.sound_table,
        judged_figures.status,
        {{ fill_in('words.words', {'why': 'judged_figures.why_they_differ'}) }}
            as why_they_differ,
        '{{ setting("edition") }}' = 'dunnhumby' as is_data_of_the_study
    from judged_figures
    inner join words
        on words.topic = 'source_figure' and judged_figures.answer = words.answer

)

select * from final
order by position
