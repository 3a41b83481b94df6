{#- A household's metric after the start day and the one before it that predicts it, as the
    columns outcome_value and lookback_value: of a row of seed experiment_metrics and a row
    with the columns of window_sums. Example: window_metrics('metrics', 'household_sums').
-#}
{% macro window_metrics(metrics, sums) -%}
    {{ metric_value(
        metrics ~ '.metric',
        sums ~ '.amount',
        sums ~ '.n_baskets',
        sums ~ '.match_discount',
    ) }} as outcome_value,
    {{ metric_value(
        metrics ~ '.lookback_metric',
        sums ~ '.lookback_amount',
        sums ~ '.lookback_count',
        sums ~ '.lookback_match',
    ) }} as lookback_value
{%- endmacro %}
