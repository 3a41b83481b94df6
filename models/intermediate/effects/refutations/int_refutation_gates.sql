with

statistics as (

    select * from {{ ref('int_refutation_statistics') }}

),

placebo_tests as (

    select * from {{ ref('int_placebo_tests') }}

),

-- The unit of a shift: an effect where there should be none is measured in the spread
-- of the placebos, a change of an effect in its standard error.
scales as (

    select
        *,
        nullif(
            case expects
                when 'no effect' then replicate_std_dev
                else actual_std_error
            end,
            0
        ) as shift_scale,
        case method
            when 'noise' then {{ var('max_refutation_shift') }}
            else {{ var('max_refutation_spread') }}
        end as spread_bound
    from statistics

),

ratios as (

    select
        *,
        (replicate_mean - expected_estimate) / shift_scale as shift_ratio,
        case method
            when 'permutation' then z_score_std_dev
            when 'noise' then replicate_std_dev / actual_std_error
            when 'subset' then replicate_std_dev / expected_std_dev
            when 'bootstrap' then replicate_std_dev / placebo_std_error
        end as spread_ratio,
        -- A bound is exceeded only if the excess is larger than the Monte Carlo error
        -- of the replicates (one-sided 5 %): more replicates make a refuter stricter.
        {{ var('max_refutation_shift') }}
        + 1.645 * replicate_std_dev / shift_scale / sqrt(n_replicates) as max_shift,
        spread_bound * (1 + 1.645 / sqrt(2 * nullif(n_replicates - 1, 0)))
            as max_spread
    from scales

),

gates as (

    select
        *,
        abs(shift_ratio) <= max_shift as is_centred,
        spread_ratio <= max_spread as is_spread_as_expected,
        -- NULL if there are too few replicates for a p-value that small.
        case
            when 1.0 / (n_replicates + 1) < {{ var('refutation_level') }}
                then p_value < {{ var('refutation_level') }}
        end as is_significant
    from ratios

),

-- A placebo in time is tested with its own error; its bootstraps only check that error.
final as (

    select
        gates.design,
        gates.outcome,
        gates.estimand,
        gates.refuter,
        gates.actual_estimate,
        gates.actual_std_error,
        gates.n_replicates,
        gates.replicate_mean,
        gates.replicate_std_dev,
        gates.replicate_lower,
        gates.replicate_upper,
        gates.expected_estimate,
        gates.expected_std_dev,
        gates.shift_ratio,
        gates.spread_ratio,
        case gates.method when 'permutation' then gates.false_alarm_share end
            as false_alarm_share,
        case gates.method when 'subset' then gates.same_sign_share end
            as same_sign_share,
        coalesce(placebo_tests.p_value, gates.p_value) as p_value,
        placebo_tests.as_large_p_value,
        gates.is_centred,
        coalesce(
            placebo_tests.p_value < {{ var('refutation_level') }}, gates.is_significant
        ) as is_significant,
        if(
            gates.method = 'bootstrap',
            placebo_tests.is_passed,
            gates.is_centred and gates.is_spread_as_expected
        ) as is_passed
    from gates
    left join placebo_tests
        on
            gates.design = placebo_tests.design
            and gates.outcome = placebo_tests.outcome
            and gates.estimand = placebo_tests.estimand
            and gates.refuter = placebo_tests.refuter

)

select * from final
order by design, outcome, estimand, refuter
