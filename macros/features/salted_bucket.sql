{#- A whole number in [0, n_buckets) that depends on the salt and the key only, so that the
    same household gets the same bucket in every build and on every engine.
    Example: salted_bucket("household_id", "'my salt'", 5) -> 0 .. 4.
    The first 15 hexadecimal digits of md5 fill 60 bits: no overflow, negligible bias. -#}
{% macro salted_bucket(key, salt, n_buckets) -%}
    {{ return(adapter.dispatch('salted_bucket')(key, salt, n_buckets)) }}
{%- endmacro %}

{% macro default__salted_bucket(key, salt, n_buckets) -%}
    (
        cast('0x' || substr(md5({{ salt }} || '|' || cast({{ key }} as varchar)), 1, 15) as bigint)
        % {{ n_buckets }}
    )
{%- endmacro %}
