{#- The first cell of a line that cannot be read, in words; NULL if all can. -#}
{% macro line_problem(raw, date_column) -%}
    coalesce(
        {{ source_key_problem(raw, 'household_id', is_required=false) }},
        {%- for column in setting('basket_key') if setting('basket_key') | length == 1 %}
        {{ source_key_problem(raw, column) }},
        {%- endfor %}
        {{ source_key_problem(raw, 'product_id') }},
        {{ source_key_problem(raw, 'store_id', is_required=false) }},
        {{ date_problem(raw, 'transacted_on') }},
        case
            when
                {{ is_stated(raw, 'day') }}
                and {{ stated_whole_number(raw, 'day') }} is null
                and {{ stated_date(raw, date_column) }} is null
                then 'day is not a whole number'
            when
                not {{ is_stated(raw, 'transacted_on') }}
                and not {{ is_stated(raw, 'day') }}
                then 'the line has no date'
        end,
        case
            when
                {{ is_stated(raw, 'is_return') }}
                and {{ stated_flag(raw, 'is_return') }} is null
                then 'is_return says neither yes nor no'
        end,
        {%- for column in ['quantity', 'retail_discount', 'coupon_discount',
            'coupon_match_discount'] %}
        {{ number_problem(raw, column) }},
        {%- endfor %}
        {{ number_problem(raw, 'sales_value', is_required=true) }}
    )
{%- endmacro %}
