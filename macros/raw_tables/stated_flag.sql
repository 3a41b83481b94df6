{#- A raw column as true or false, NULL if it says neither.
    Example: stated_flag(raw, 'is_holdout') of 'Y', 1, '1.0' or true -> true. -#}
{% macro stated_flag(raw, column) -%}
    case
        when
            lower({{ stated_text(raw, column) }})
            in ('1', '1.0', 'true', 't', 'yes', 'y')
            then true
        when
            lower({{ stated_text(raw, column) }})
            in ('0', '0.0', 'false', 'f', 'no', 'n')
            then false
    end
{%- endmacro %}
