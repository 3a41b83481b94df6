{#- Factor that turns the spread of a ranking metric over samples of households into the
    spread between samples of the full size. Samples that hold the share q = 1 / (2
    thinning) of the households spread sqrt((1 - q) / q) times as much. Halves spread as
    much as full samples do (Efron's half-sampling, as in Yadlowsky et al. 2025). Random
    orders of the share 1 / thinning of the households spread sqrt(thinning) times as much.
    Example: thinning 1 -> 1 for rankings, 1 for random orders. -#}
{% macro toc_spread_factor(learner, thinning) -%}
    case
        when {{ learner }} = 'random' then sqrt(1.0 / {{ thinning }})
        else sqrt(1.0 / (2 * {{ thinning }} - 1))
    end
{%- endmacro %}
