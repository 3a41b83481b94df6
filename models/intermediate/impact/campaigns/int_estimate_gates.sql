with

checks as (

    select * from {{ ref('int_estimate_checks') }}

),

words as (

    select *
    from {{ ref('words') }}
    where topic = 'estimate_gate'

),

-- A difference in differences lives on equal trends, so the weeks before may speak
-- against it. The doubly robust effect is adjusted to these weeks and lives on others
-- like those sent. Both must find nothing before the start, and be precise enough.
gates as (

    select
        *,
        unnest([
            'not followed', 'size', 'placebo', 'pre_trend', 'overlap', 'balance',
            'power'
        ]) as code,
        unnest([1, 2, 3, 4, 5, 6, 7]) as position,
        unnest([
            exclusion_reason is not null,
            exclusion_reason is null
            and (
                n_sent is null
                or least(n_sent, n_others) < {{ var('impact_min_sent') }}
            ),
            not is_placebo_passed,
            estimator = 'difference in differences'
            and pre_trend_p_value < {{ var('refutation_level') }},
            estimator = 'doubly robust' and n_sent is not null
            and (
                comparable_share < {{ var('min_overlap_share') }}
                or n_effective_others < {{ var('impact_min_sent') }}
            ),
            estimator = 'doubly robust' and n_sent is not null and max_smd > smd_limit,
            detectable_effect
            > {{ var('impact_max_detectable_share') }} * sales_before
        ]) as is_failed
    from checks

),

final as (

    select
        gates.scope,
        gates.estimator,
        gates.code,
        gates.position,
        {{ fill_in('words.words', {
            'exclusion': 'gates.exclusion_reason',
            'n_sent': in_digits('gates.n_compared', 0),
            'n_others': in_digits('gates.n_others_compared', 0),
            'n_needed': var('impact_min_sent') | string,
            'share': in_per_cent('gates.comparable_share'),
            'share_needed': in_per_cent(var('min_overlap_share') | string),
            'n_effective': in_digits('gates.n_effective_others', 0),
            'covariate': 'gates.worst_covariate',
            'smd': in_digits('gates.max_smd', 2),
            'smd_limit': in_digits('gates.smd_limit', 2),
            'trend_p': in_digits('gates.pre_trend_p_value', 3),
            'placebo': in_money('gates.placebo_estimate'),
            'placebo_p': in_digits('gates.placebo_p_value', 3),
            'detectable': in_money('gates.detectable_effect'),
            'sales': in_money('gates.sales_before'),
        }) }} as reason
    from gates
    inner join words on gates.code = words.answer
    where gates.is_failed

)

select * from final
order by scope, estimator, position
