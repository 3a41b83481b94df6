{#- Whether the households that exist are enough for a test, in words. needed and existing
    count households; detectable says, as text with its unit, what all of them would
    show. Example: 949 of 2327 -> 'Possible: 949 of the 2327 households are enough.' -#}
{% macro sample_size_verdict(needed, existing, detectable) -%}
    case
        when {{ needed }} <= {{ existing }}
            then 'Possible: ' || {{ needed }} || ' of the ' || {{ existing }}
                || ' households are enough.'
        else 'Not possible: ' || {{ needed }} || ' households are needed and '
            || {{ existing }} || ' exist; with all of them an effect of '
            || {{ detectable }} || ' would be found.'
    end
{%- endmacro %}
