{#- Rank of a value within a partition, from 1 for the smallest; equal values share the
    mean of their ranks. Example: 5, 7, 7 and 9 -> 1, 2.5, 2.5 and 4. -#}
{% macro mean_rank(value, partition) -%}
    rank() over (partition by {{ partition }} order by {{ value }})
    + (
        -- With the frame of the rank, rows are sorted once.
        count(*) over (
            partition by {{ partition }} order by {{ value }}
            range between current row and current row
        )
        - 1
    ) / 2.0
{%- endmacro %}
