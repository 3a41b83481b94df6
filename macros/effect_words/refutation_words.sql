{#- What the replicates of a refuter gave, as a sentence for fct_refutations. What it
    means stands in seed refuters. Numbers are rounded to two digits of std_dev, the
    spread of the replicates. Example: '100 random subsets of 80 % of the households
    gave 23.2 +/- 8.2 dollars (+/- 8.0 expected); all households gave 24.2, and 99.0 %
    of the replicates have the same sign.' -#}
{% macro refutation_finding(
    n_replicates,
    subject,
    mean,
    std_dev,
    unit,
    expected_std_dev,
    comparison,
    actual,
    same_sign_share,
    p_value,
    method
) -%}
    {{ n_replicates }}
    || ' '
    || replace(
        {{ subject }},
        '{share}',
        format('{:.0f} %', 100 * cast({{ var('subset_share') }} as double))
    )
    || ' gave '
    || {{ plain_number(mean, std_dev) }}
    || coalesce(' +/- ' || {{ plain_number(std_dev, std_dev) }}, '')
    || ' '
    || {{ in_currency(unit) }}
    || coalesce(
        ' (+/- ' || {{ plain_number(expected_std_dev, std_dev) }} || ' expected)', ''
    )
    || '; '
    || {{ comparison }}
    || ' '
    || {{ plain_number(actual, std_dev) }}
    || coalesce(
        format(
            ', and {:.1f} % of the replicates have the same sign',
            100 * {{ same_sign_share }}
        ), ''
    )
    || coalesce(format(': p = {:.3f}', {{ p_value }}), '')
    || case
        when {{ p_value }} is not null and {{ method }} = 'permutation'
            then ', each estimate in its own standard errors'
        else ''
    end
    || '.'
{%- endmacro %}
