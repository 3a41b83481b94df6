with

effects as (

    select * from {{ ref('py_group_time_effects') }}

),

-- Campaigns of different types may start in one week.
group_types as (

    select
        first_week_number,
        string_agg(distinct campaign_type, ', ' order by campaign_type) as campaign_type
    from {{ ref('int_first_campaigns') }}
    where first_week_number > 0
    group by first_week_number

),

sample as (

    select max(sampled_share) as sampled_share
    from {{ ref('int_first_campaigns') }}

),

final as (

    select
        effects.aggregation,
        cast(effects.week as integer) as week,
        group_types.campaign_type,
        effects.n_sent,
        effects.n_households,
        sample.sampled_share,
        effects.estimate,
        effects.std_error,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'lower') }}
            as ci_lower,
        {{ confidence_limit('effects.estimate', 'effects.std_error', 'upper') }}
            as ci_upper,
        {{ two_sided_p_value('(effects.estimate / nullif(effects.std_error, 0))') }}
            as p_value
    from effects
    cross join sample
    left join group_types
        on
            effects.aggregation = 'group'
            and effects.week = group_types.first_week_number

)

select * from final
order by aggregation, week
