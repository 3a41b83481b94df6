{#- A raw value as a whole number, NULL if it is none: a plain cast would round 12.5 to 13
    and so put a row under another household's number.
    Example: '12' -> 12, 12.0 -> 12, '12.5' -> NULL, 'abc' -> NULL. -#}
{% macro whole_number(expression, type='bigint') -%}
    case
        when
            try_cast({{ expression }} as double) = try_cast({{ expression }} as {{ type }})
            then try_cast({{ expression }} as {{ type }})
    end
{%- endmacro %}
