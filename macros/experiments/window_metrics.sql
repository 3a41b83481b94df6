{#- The metric after the start day and the one that foretells it, as the columns
    outcome_value and lookback_value: over a row `sums` of window_sums, whose missing
    values count as 0, and a row `metrics` of seed experiment_metrics. -#}
{% macro window_metrics(metrics, sums) -%}
    coalesce(
        {{ metric_value(
            metrics ~ '.metric',
            sums ~ '.amount',
            sums ~ '.n_baskets',
            sums ~ '.match_discount',
        ) }},
        0
    ) as outcome_value,
    coalesce(
        {{ metric_value(
            metrics ~ '.lookback_metric',
            sums ~ '.lookback_amount',
            sums ~ '.lookback_count',
            sums ~ '.lookback_match',
        ) }},
        0
    ) as lookback_value
{%- endmacro %}
