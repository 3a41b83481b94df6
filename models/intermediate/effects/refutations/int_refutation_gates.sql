with

statistics as (

    select * from {{ ref('int_refutation_statistics') }}

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

final as (

    select
        design,
        outcome,
        estimand,
        refuter,
        actual_estimate,
        actual_std_error,
        n_replicates,
        replicate_mean,
        replicate_std_dev,
        replicate_lower,
        replicate_upper,
        expected_estimate,
        expected_std_dev,
        shift_ratio,
        spread_ratio,
        case method when 'permutation' then false_alarm_share end
            as false_alarm_share,
        case method when 'subset' then same_sign_share end as same_sign_share,
        p_value,
        as_large_p_value,
        is_centred,
        is_significant,
        case
            when method != 'bootstrap' then is_centred and is_spread_as_expected
            when is_significant then false
            -- The absence of an effect counts only if an effect of the real size would
            -- have shown.
            when as_large_p_value < {{ var('refutation_level') }} then true
        end as is_passed
    from gates

)

select * from final
order by design, outcome, estimand, refuter
