with

units as (

    select * from {{ ref('int_experiment_units') }}

),

unit_counts as (

    select
        campaign_id,
        count(*) as n_households,
        count(*) filter (where is_randomised) as n_randomised,
        avg(cast(is_sent as integer)) filter (where is_assigned = 1)
            as share_sent_of_assigned,
        avg(cast(is_sent as integer)) filter (where is_assigned = 0)
            as share_sent_of_others
    from units
    group by campaign_id

),

-- Probabilities differ inside a block, so its variance is the sum over its households.
-- With one probability the statistic is the usual sum of (observed - expected)^2 /
-- expected.
block_counts as (

    select
        campaign_id,
        coalesce(block_id, '') as block_id,
        sum(is_assigned) as n_assigned,
        {{ exact_sum('p_assign') }} as n_expected,
        {{ exact_sum('p_assign * (1 - p_assign)') }} as variance
    from units
    where is_randomised
    group by campaign_id, coalesce(block_id, '')

),

campaign_statistics as (

    select
        campaign_id,
        sum(n_assigned) as n_assigned,
        {{ exact_sum('n_expected') }} as n_expected,
        count(*) as n_blocks,
        pow(sum(n_assigned) - {{ exact_sum('n_expected') }}, 2)
        / {{ exact_sum('variance') }} as total_statistic,
        {{ exact_sum('pow(n_assigned - n_expected, 2) / variance') }}
            as block_statistic
    from block_counts
    group by campaign_id

),

p_values as (

    select
        *,
        {{ chi_square_p_value('total_statistic', '1') }} as total_p_value,
        {{ chi_square_p_value('block_statistic', 'n_blocks') }} as block_p_value
    from campaign_statistics

),

final as (

    select
        unit_counts.campaign_id,
        unit_counts.n_households,
        unit_counts.n_randomised,
        unit_counts.share_sent_of_assigned,
        unit_counts.share_sent_of_others,
        coalesce(p_values.n_assigned, 0) as n_assigned,
        coalesce(p_values.n_expected, 0) as n_expected,
        coalesce(p_values.n_blocks, 0) as n_blocks,
        p_values.total_p_value,
        p_values.block_p_value,
        coalesce(
            least(p_values.total_p_value, p_values.block_p_value)
            < {{ var('srm_level') }},
            false
        ) as is_assignment_broken
    from unit_counts
    left join p_values on unit_counts.campaign_id = p_values.campaign_id

)

select * from final
order by campaign_id
