{#- Why a raw value is no date, and which var says how dates are written; NULL if it is
    one, or missing. -#}
{% macro date_problem(raw, column) -%}
    {%- set given = setting('date_format') -%}
    {%- set forms = [given] if given is string else given -%}
    {%- if column in raw.columns -%}
        case
            when
                {{ stated_date(raw, column) }} is not null
                or {{ stated_text(raw, column) }} is null
                then null
            {% if not (setting('time_zone') or raw.time_zone or setting('date_format')) -%}
            when {{ has_zone(stated_text(raw, column)) }}
                then '{{ column }} has a time zone and var time_zone is not set'
            {% endif -%}
            when regexp_full_match({{ stated_text(raw, column) }}, '[0-9]+([.][0-9]+)?')
                then '{{ column }} is not a date but a number, as spreadsheets and '
                || 'computers count days or seconds; write it as YYYY-MM-DD'
            else
                '{{ column }} is not a date '
                || {% if setting('date_format') -%}
                    'in the form {{ forms | join(" or ") | replace("'", "''") }} (var '
                    || 'date_format)'
                {%- else -%}
                    'in the form YYYY-MM-DD or YYYYMMDD (var date_format)'
                {%- endif %}
        end
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}
