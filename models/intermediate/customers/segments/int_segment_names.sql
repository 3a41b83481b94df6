with

segment_factors as (

    select * from {{ ref('int_segment_factors') }}

),

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}

),

segment_values as (

    select
        household_segments.segment_id,
        avg(window_features.monetary_sales) as mean_sales,
        median(window_features.recency) as median_recency
    from household_segments
    inner join window_features
        on
            household_segments.household_id = window_features.household_id
            and household_segments.window_id = window_features.window_id
    where household_segments.window_id = 'full'
    group by household_segments.segment_id

),

all_values as (

    select avg(monetary_sales) as mean_sales
    from window_features
    where window_id = 'full'

),

-- A second factor is named only where the segment lies above all households on it.
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

value_words as (

    select
        segment_values.segment_id,
        segment_values.median_recency >= {{ var('lapsing_recency_days') }}
            as is_lapsing,
        case
            when
                segment_values.mean_sales
                >= {{ var('high_value_ratio') }} * all_values.mean_sales
                then 'High'
            when
                segment_values.mean_sales
                <= {{ var('low_value_ratio') }} * all_values.mean_sales
                then 'Low'
            else 'Mid'
        end as value_word
    from segment_values
    cross join all_values

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

-- Segments that the rule cannot tell apart are told apart by their rank in sales.
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
