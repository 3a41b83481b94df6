with

numbers as (

    select * from {{ ref('int_group_numbers') }}

),

mean_parts as (

    select
        *,
        group_mean - other_mean as difference,
        nullif((group_variance + other_variance) / 2, 0) as mean_variance,
        group_variance / n_group as group_error,
        other_variance / n_other as other_error
    from numbers

),

-- Welch (1947) does not ask for equal variances; neither does this d (Bonett 2008).
mean_tests as (

    select
        *,
        difference / nullif(sqrt(group_error + other_error), 0) as statistic,
        pow(group_error + other_error, 2) / nullif(
            pow(group_error, 2) / (n_group - 1) + pow(other_error, 2) / (n_other - 1), 0
        ) as degrees_of_freedom,
        difference / sqrt(mean_variance) as effect_size,
        sqrt(
            pow(effect_size, 2)
            * (
                pow(group_variance, 2) / (n_group - 1)
                + pow(other_variance, 2) / (n_other - 1)
            )
            / (8 * pow(mean_variance, 2))
            + (group_variance / (n_group - 1) + other_variance / (n_other - 1))
            / mean_variance
        ) as std_error
    from mean_parts

),

-- Mann and Whitney (1947) with ties and the correction for continuity, as a normal z.
rank_tests as (

    select
        *,
        2 * win_probability - 1 as effect_size,
        n_group * n_other * (win_probability - 0.5) as excess_wins,
        sign(excess_wins) * greatest(0, abs(excess_wins) - 0.5) / nullif(
            sqrt(
                n_group * n_other / 12.0 * (
                    n_group + n_other + 1
                    - tie_sum / ((n_group + n_other) * (n_group + n_other - 1.0))
                )
            ),
            0
        ) as statistic,
        -- On the scale of log-odds the interval stays between -1 and 1.
        case
            when win_variance > 0
                then sqrt(win_variance) / (win_probability * (1 - win_probability))
        end as log_odds_error,
        ln(nullif(win_probability, 0) / nullif(1 - win_probability, 0)) as log_odds
    from numbers

),

final as (

    select
        group_pair,
        variable,
        'welch' as test,
        n_group,
        n_other,
        group_mean as group_value,
        other_mean as other_value,
        statistic,
        degrees_of_freedom,
        effect_size,
        {{ confidence_limit('effect_size', 'std_error', 'lower') }} as ci_lower,
        {{ confidence_limit('effect_size', 'std_error', 'upper') }} as ci_upper
    from mean_tests
    union all
    select
        group_pair,
        variable,
        'mann_whitney' as test,
        n_group,
        n_other,
        group_median as group_value,
        other_median as other_value,
        statistic,
        cast(null as double) as degrees_of_freedom,
        case when statistic is not null then effect_size end as effect_size,
        tanh(({{ confidence_limit('log_odds', 'log_odds_error', 'lower') }}) / 2)
            as ci_lower,
        tanh(({{ confidence_limit('log_odds', 'log_odds_error', 'upper') }}) / 2)
            as ci_upper
    from rank_tests

)

select * from final
order by group_pair, variable, test
