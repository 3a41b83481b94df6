{#- A raw column as date and time in the shop's own time zone, NULL if it states no time.
    Read as macro stated_date reads dates. Example: '2023-01-05 18:30' -> that,
    '20230105' -> NULL. -#}
{% macro stated_moment(raw, column) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- set zone = setting('time_zone') or raw.time_zone or 'UTC' -%}
    {%- if found and found.type == 'TIMESTAMP WITH TIME ZONE' -%}
        timezone('{{ zone }}', {{ found.name }})
    {%- elif found and found.type.startswith('TIMESTAMP') -%}
        cast({{ found.name }} as timestamp)
    {%- elif not found or found.type == 'DATE' or not is_text_type(found.type) -%}
        cast(null as timestamp)
    {%- elif setting('date_format') -%}
        try_strptime({{ trimmed_text(found.name) }}, {{ date_formats() }})
    {%- else -%}
        case
            when {{ has_zone(trimmed_text(found.name)) }}
                then timezone(
                    '{{ zone }}', try_cast({{ trimmed_text(found.name) }} as timestamptz)
                )
            when contains({{ trimmed_text(found.name) }}, ':')
                then try_cast({{ trimmed_text(found.name) }} as timestamp)
        end
    {%- endif -%}
{%- endmacro %}
