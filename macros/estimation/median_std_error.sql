{#- Standard error of the median of estimates from repeated sample splits: an aggregate
    over splits. sqrt(median(se^2 + (estimate - median estimate)^2)), so that disagreement
    between splits widens the interval (Chernozhukov et al. 2018, Econometrics Journal 21,
    definition 3.3). `median_estimate` is the median of `estimate` over the same splits,
    which a window function puts on every row.
    Example: estimates 1, 2, 3 with se 1 -> sqrt(median(2, 1, 2)) = sqrt(2). -#}
{% macro median_std_error(estimate, std_error, median_estimate) -%}
    sqrt(
        median(
            {{ std_error }} * {{ std_error }}
            + ({{ estimate }} - {{ median_estimate }})
            * ({{ estimate }} - {{ median_estimate }})
        )
    )
{%- endmacro %}
