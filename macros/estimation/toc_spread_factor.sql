{#- What the spread of a ranking metric over samples is multiplied by to be that between
    samples of the full size: an expression over rows with a column `learner`. Samples that
    hold the share q = 1 / (2 thinning) of the households spread by sqrt((1 - q) / q) times
    as much (halves by as much: Efron's half-sampling, as in Yadlowsky et al. 2025); random
    orders of 1 / thinning of them by sqrt(thinning) times as much.
    Example: thinning 1 -> 1 for rankings, 1 for random orders. -#}
{% macro toc_spread_factor(thinning) -%}
    case
        when learner = 'random' then sqrt(1.0 / {{ thinning }})
        else sqrt(1.0 / (2 * {{ thinning }} - 1))
    end
{%- endmacro %}
