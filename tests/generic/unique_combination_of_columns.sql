{#- Fails for keys that occur more than once or hold a NULL. Named and used as in
    dbt-utils, which cannot be installed without the package hub. Of large tables, `within`
    names a column of the key, such as the basket of a line: then only groups of that column
    in which short hashes of the keys repeat are grouped by the whole key, which takes a
    part of the memory and finds the same. -#}
{% test unique_combination_of_columns(model, combination_of_columns, within=none) %}
{%- set key = combination_of_columns | join(', ') %}
{%- if within is not none %}

with

suspects as (

    select {{ within }}
    from {{ model }}
    group by {{ within }}
    having
        {{ has_repeats(key) }}
        or {{ within }} is null
        {%- for column in combination_of_columns if column != within %}
        or count({{ column }}) < count(*)
        {%- endfor %}

)
{%- endif %}

select {{ key }}
from {{ model }}
{%- if within is not none %}
where {{ within }} is null or {{ within }} in (select suspects.{{ within }} from suspects)
{%- endif %}
group by {{ key }}
having
    count(*) > 1
    {%- for column in combination_of_columns %} or {{ column }} is null{% endfor %}

{% endtest %}
