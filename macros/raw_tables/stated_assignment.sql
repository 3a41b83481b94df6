{#- Whether a target was sent the campaign: by the first column of var holdout_columns that
    the table has; true for all where it has none.
    Example: of treatment_flg 0 -> false, of is_holdout 'Y' -> false, of arm 'Test' -> true,
    of arm 'control' -> false. -#}
{% macro stated_assignment(raw) -%}
    {%- set given = var('holdout_columns') -%}
    {%- set held_out = given.held_out | select('in', raw.columns) | list -%}
    {%- set sent = given.sent | select('in', raw.columns) | list -%}
    {%- set arms = given.arm | select('in', raw.columns) | list -%}
    {%- if held_out -%}
        (not {{ stated_flag(raw, held_out[0]) }})
    {%- elif sent -%}
        {{ stated_flag(raw, sent[0]) }}
    {%- elif arms -%}
        (
            lower({{ stated_text(raw, arms[0]) }})
            not in ('{{ var('holdout_arms') | join("', '") | lower }}')
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
