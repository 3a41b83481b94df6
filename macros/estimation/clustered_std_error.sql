{#- Standard error of a mean whose units are clustered in households: an aggregate over
    one row per household.
      cluster_sum  sum over the household's units of (score - mean score)
      n_units      number of the household's units
    sqrt(sum over households of cluster_sum^2) / n, times sqrt(C / (C - 1)) for C
    households (Liang and Zeger 1986). Example: households with sums 1, -1 and one unit
    each -> sqrt(2) / 2 * sqrt(2 / 1) = 1. -#}
{% macro clustered_std_error(cluster_sum, n_units) -%}
    sqrt({{ exact_sum(cluster_sum ~ ' * ' ~ cluster_sum) }})
    / sum({{ n_units }})
    * sqrt(count(*) / nullif(count(*) - 1.0, 0))
{%- endmacro %}
