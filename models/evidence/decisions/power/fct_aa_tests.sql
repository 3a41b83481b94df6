{% set bounds = var('aa_false_positive_range') %}

with

replicates as (

    select * from {{ ref('int_aa_replicates') }}

),

words as (

    select * from {{ ref('words') }}

),

scored_replicates as (

    select
        metric,
        method,
        case
            when scope_window = 0 then 'all windows, same arm throughout'
            else 'one window'
        end as scope,
        n_households,
        z_score,
        {{ two_sided_p_value('z_score') }} < {{ var('power_alpha') }}
            as is_false_positive
    from replicates
    where z_score is not null

),

rates as (

    select
        metric,
        method,
        scope,
        count(*) as n_assignments,
        avg(n_households) as mean_households,
        count(*) filter (where is_false_positive) / count(*) as false_positive_rate,
        {{ exact_avg('z_score') }} as mean_z,
        {{ exact_std_dev('z_score') }} as std_dev_z
    from scored_replicates
    group by metric, method, scope

),

-- Wilson's interval exists for a rate near 0, too.
intervals as (

    select
        *,
        n_assignments / (n_assignments + pow(1.959963984540054, 2)) as shrinkage,
        false_positive_rate * shrinkage + (1 - shrinkage) / 2 as centre,
        1.959963984540054 * shrinkage * sqrt(
            false_positive_rate * (1 - false_positive_rate) / n_assignments
            + pow(1.959963984540054 / (2 * n_assignments), 2)
        ) as half_width,
        case
            when false_positive_rate > {{ bounds[1] }} then 'too many'
            when false_positive_rate < {{ bounds[0] }} then 'too few'
            else 'as promised'
        end as answer
    from rates

),

final as (

    select
        intervals.metric,
        intervals.method,
        intervals.scope,
        cast(intervals.n_assignments as integer) as n_assignments,
        cast(intervals.mean_households as double) as mean_households,
        cast(intervals.false_positive_rate as double) as false_positive_rate,
        intervals.centre - intervals.half_width as ci_lower,
        intervals.centre + intervals.half_width as ci_upper,
        intervals.mean_z,
        intervals.std_dev_z,
        {{ fill_in('words.words', {
            'rate': in_per_cent('intervals.false_positive_rate', 1),
        }) }} as verdict
    from intervals
    inner join words
        on words.topic = 'aa_test' and intervals.answer = words.answer

)

select * from final
order by metric, method, scope
