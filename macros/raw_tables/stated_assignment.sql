{#- Whether a target was sent the campaign, by the columns of var holdout_columns that the
    table has, and by its arm only where it has no such flag; true for all where it has
    none. The aggregate is bool_and or bool_or: they differ where flags contradict each
    other. Example: of treatment_flg 0 -> false, of is_holdout 'Y' -> false, of arm 'Test'
    -> true, of arm 'control' -> false. -#}
{% macro stated_assignment(raw, aggregate='bool_and') -%}
    {%- set given = var('holdout_columns') -%}
    {%- set flags = [] -%}
    {%- for column in given.held_out | select('in', raw.columns) -%}
        {%- do flags.append('not ' ~ stated_flag(raw, column)) -%}
    {%- endfor -%}
    {%- for column in given.sent | select('in', raw.columns) -%}
        {%- do flags.append(stated_flag(raw, column)) -%}
    {%- endfor -%}
    {%- set arms = given.arm | select('in', raw.columns) | list -%}
    {%- if flags -%}
        list_{{ aggregate }}([{{ flags | join(', ') }}])
    {%- elif arms -%}
        (
            lower({{ stated_text(raw, arms[0]) }})
            not in ('{{ var('holdout_arms') | join("', '") | lower }}')
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
