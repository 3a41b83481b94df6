{#- Why a row has no day; NULL if it has one, or if it says nothing and need not. -#}
{% macro day_problem(raw, day_column, date_column, is_required=true) -%}
    case
        when days.day_zero is null
            then 'no line of transactions can be used, so no day of the data is known'
        when
            {{ stated_day(raw, day_column, date_column) }} is null
            and (
                {{ 'true' if is_required else 'false' }}
                or {{ stated_text(raw, day_column) }} is not null
                or {{ stated_text(raw, date_column) }} is not null
            )
            then '{{ day_column if day_column in raw.columns else date_column }} is '
            || 'neither a whole number nor a date'
        when days.is_date_unknown and {{ stated_date(raw, date_column) }} is not null
            then '{{ date_column }} is a date, but transactions have day numbers only'
    end
{%- endmacro %}
