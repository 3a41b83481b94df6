{#- The time of day of a line to the minute, NULL if it is not stated: column
    transaction_time (trans_time of the two-year release) as HH:MM or as a number, 1830;
    without such a column what stands behind the date, where midnight sharp is no time.
    Example: '1830' -> 18:30, '6:05 PM' -> 18:05, '2023-01-05 18:30:12' -> 18:30. -#}
{% macro stated_time(raw, date_column) -%}
    {%- set column = 'transaction_time' if 'transaction_time' in raw.columns
        else 'trans_time' -%}
    {%- set found = raw.columns.get(column) -%}
    {%- if found and found.type.startswith('TIMESTAMP') -%}
        cast(date_trunc('minute', {{ found.name }}) as time)
    {%- elif found and found.type == 'TIME' -%}
        cast(date_trunc('minute', date '2000-01-01' + {{ found.name }}) as time)
    {%- elif found -%}
        {%- set text = stated_text(raw, column) -%}
        cast(date_trunc('minute', case
            when regexp_full_match({{ text }}, '[0-9]{1,4}')
                then try_strptime(lpad({{ text }}, 4, '0'), '%H%M')
            else try_strptime({{ text }}, ['%H:%M', '%H:%M:%S', '%I:%M %p'])
        end) as time)
    {%- else -%}
        {%- set moment = stated_moment(raw, date_column) -%}
        case
            when {{ moment }} != date_trunc('day', {{ moment }})
                then cast(date_trunc('minute', {{ moment }}) as time)
        end
    {%- endif -%}
{%- endmacro %}
