{#- The day number of a raw column that has days or of one that has dates, which day_zero
    of CTE days turns into days. A column of days may hold dates, too.
    Example: stated_day(raw, 'start_day', 'start_date') of 2023-01-05 -> 4 if day 1 is
    2023-01-02. -#}
{% macro stated_day(raw, day_column, date_column) -%}
    coalesce(
        {{ stated_date(raw, date_column) }} - days.day_zero,
        {{ stated_date(raw, day_column) }} - days.day_zero,
        {{ stated_whole_number(raw, day_column) }}
    )
{%- endmacro %}
