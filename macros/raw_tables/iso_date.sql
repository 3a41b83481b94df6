{#- A text such as 2023-01-05, 2023-01-05 18:30, 2023-01-05T18:30:00Z or 20230105 as a
    date of a time zone; NULL for any other text. -#}
{% macro iso_date(text, zone) -%}
    case
        when regexp_full_match({{ text }}, '[12][0-9]{7}(\.0+)?')
            then cast(try_strptime(left({{ text }}, 8), '%Y%m%d') as date)
        -- A zone behind the time; a cast to a timestamp would drop it.
        when {{ has_zone(text) }}
            then {% if zone -%}
                cast(timezone('{{ zone }}', try_cast({{ text }} as timestamptz)) as date)
            {%- else %}null{% endif %}
        when regexp_full_match({{ text }}, '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}.*')
            then cast(try_cast({{ text }} as timestamp) as date)
    end
{%- endmacro %}
