{#- The key of an id that is text, as macro source_key gives it. Zeros are decimals behind
    the decimal sign alone: 41,000 is no household 41. -#}
{% macro source_key_of_text(text, decimal_sign='.') -%}
    case
        when
            cast(try_cast({{ text }} as bigint) as varchar) = {{ text }}
            and try_cast({{ text }} as bigint) between 0 and {{ first_hashed_key() - 1 }}
            then try_cast({{ text }} as bigint)
        -- A whole number that was saved with a decimal point.
        when
            regexp_full_match(
                {{ text }}, '(0|[1-9][0-9]{0,14})([.,]0|[{{ decimal_sign }}]0+)'
            )
            then try_cast(regexp_extract({{ text }}, '^[0-9]+') as bigint)
        when regexp_full_match({{ text }}, '{{ broken_id_pattern() }}') then null
        else {{ hashed_key(text) }}
    end
{%- endmacro %}
