with

household_segments as (

    select * from {{ ref('int_household_segments') }}

),

factor_scores as (

    select * from {{ ref('int_factor_scores') }}

),

factor_names as (

    select * from {{ ref('int_factor_names') }}

),

population as (

    select
        factor,
        {{ exact_avg('score') }} as mean_score,
        {{ exact_std_dev('score') }} as sd_score
    from factor_scores
    where window_id = 'full'
    group by factor

),

segment_means as (

    select
        household_segments.segment_id,
        factor_scores.factor,
        {{ exact_avg('factor_scores.score') }} as mean_score
    from household_segments
    inner join factor_scores
        on
            household_segments.household_id = factor_scores.household_id
            and household_segments.window_id = factor_scores.window_id
    where household_segments.window_id = 'full'
    group by household_segments.segment_id, factor_scores.factor

),

-- Distance of the segment's mean from the mean of all households, in standard
-- deviations of all households.
scored_means as (

    select
        segment_means.segment_id,
        segment_means.factor,
        segment_means.mean_score,
        population.mean_score as population_mean,
        round(
            (segment_means.mean_score - population.mean_score)
            / nullif(population.sd_score, 0),
            9
        ) as z_score
    from segment_means
    inner join population on segment_means.factor = population.factor

),

final as (

    select
        scored_means.segment_id,
        scored_means.factor,
        factor_names.factor_name,
        factor_names.short_name,
        factor_names.theme,
        scored_means.mean_score,
        scored_means.population_mean,
        scored_means.z_score,
        row_number() over (
            partition by scored_means.segment_id
            order by scored_means.z_score desc nulls last, scored_means.factor asc
        ) as factor_rank
    from scored_means
    inner join factor_names on scored_means.factor = factor_names.factor

)

select * from final
order by segment_id, factor_rank
