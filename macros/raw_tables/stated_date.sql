{#- A raw column as a date in the shop's own time zone, NULL if it is none. A time with a
    zone is turned into var time_zone, which a parquet file of pandas may state itself; a
    time without one is the shop's own. Text is read by var date_format, else as
    YYYY-MM-DD or YYYYMMDD with or without a time.
    Example: '2023-01-06T01:30:00Z' with time_zone America/New_York -> 2023-01-05. -#}
{% macro stated_date(raw, column) -%}
    {%- set found = raw.columns.get(column) -%}
    {%- set zone = setting('time_zone') or raw.time_zone -%}
    {%- if not found or found.type in ('FLOAT', 'BOOLEAN') -%}
        cast(null as date)
    {%- elif found.type == 'DOUBLE' -%}
        {{ iso_date(stated_text(raw, column), zone) }}
    {%- elif found.type == 'TIMESTAMP WITH TIME ZONE' -%}
        cast(timezone('{{ zone or 'UTC' }}', {{ found.name }}) as date)
    {%- elif found.type == 'DATE' or found.type.startswith('TIMESTAMP') -%}
        cast({{ found.name }} as date)
    {%- elif setting('date_format') and is_text_type(found.type) -%}
        cast(try_strptime({{ trimmed_text(found.name) }}, {{ date_formats() }}) as date)
    {%- else -%}
        {{ iso_date(trimmed_text(found.name), zone) }}
    {%- endif -%}
{%- endmacro %}
