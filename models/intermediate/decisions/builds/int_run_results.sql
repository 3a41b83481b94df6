{#- A view, as int_run_pairs. -#}
{{ config(materialized='view') }}

with

pairs as (

    select *
    from {{ ref('int_run_pairs') }}
    where kind in ('figure', 'rows') and (has_other_value or has_other_text)

),

final as (

    select
        kind,
        name,
        label,
        compared_with,
        value_before,
        value_now,
        coalesce(text_before, {{ in_digits('value_before', 0) }}) as text_before,
        coalesce(text_now, {{ in_digits('value_now', 0) }}) as text_now,
        {{ in_digits('abs(value_now - value_before)', 0) }} as moved,
        kind || ', ' || case
            when is_new then 'new'
            when is_gone then 'gone'
            when kind = 'rows' then if(value_now > value_before, 'more', 'fewer')
            when not has_other_text then 'close'
            when value_now > value_before then 'rose'
            when value_now < value_before then 'fell'
            else 'other'
        end as answer
    from pairs

)

select * from final
