with

segment_factors as (

    select * from {{ ref('int_segment_factors') }}

),

value_words as (

    select * from {{ ref('int_segment_value_words') }}

),

-- A second factor is named only if the segment's mean lies above that of all
-- households.
main_factors as (

    select
        segment_id,
        max(factor_name) filter (where factor_rank = 1) as main_factor,
        max(factor_name) filter (where factor_rank = 2 and z_score > 0)
            as second_factor,
        max(short_name) filter (where factor_rank = 1) as main_short_name,
        max(short_name) filter (where factor_rank = 2 and z_score > 0)
            as second_short_name,
        max(theme) filter (where factor_rank = 1) as main_theme,
        max(theme) filter (where factor_rank = 2 and z_score > 0) as second_theme
    from segment_factors
    group by segment_id

),

rule_names as (

    select
        main_factors.*,
        value_words.is_lapsing,
        value_words.value_word,
        case when value_words.is_lapsing then 'Lapsing ' else '' end
        || value_words.value_word
        || ' Value '
        || main_factors.main_short_name
        || coalesce(' + ' || main_factors.second_short_name, '') as rule_name
    from main_factors
    inner join value_words on main_factors.segment_id = value_words.segment_id

),

-- Segments that get the same name from the rule get their rank in sales added.
final as (

    select
        segment_id,
        main_factor,
        second_factor,
        is_lapsing,
        value_word,
        main_theme,
        second_theme,
        case
            when count(*) over () = 1 then 'All Households'
            when count(*) over (partition by rule_name) = 1 then rule_name
            else
                rule_name
                || ' '
                || row_number() over (partition by rule_name order by segment_id)
        end as segment_name
    from rule_names

)

select * from final
order by segment_id
