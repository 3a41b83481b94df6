{#- The largest standardised difference of a covariate that arms may show: var max_smd,
    or what chance alone may leave in arms of these effective sizes if that is
    more, at 95 % for the largest of n_covariates differences (Bonferroni). Both parts are
    of Austin (2009, Statistics in Medicine 28). Every gate of balance has this limit.
    Example: one covariate, 60 and 70 units -> 1.96 * sqrt(1 / 60 + 1 / 70) = 0.345. -#}
{% macro smd_limit(n_covariates, ess_treated, ess_control) -%}
    greatest(
        {{ var('max_smd') }},
        {{ normal_quantile('(1 - 0.025 / ' ~ n_covariates ~ ')') }}
        * sqrt(1 / {{ ess_treated }} + 1 / {{ ess_control }})
    )
{%- endmacro %}
