{#- The line of a row of int_check_tables on the page of the check. -#}
{% macro raw_table_in_words() -%}
    rpad(table_name, 20, ' ')
    || case
        when not is_present then 'absent. ' || lost_if_absent
        else lpad({{ in_digits('n_rows', 0) }}, 13, ' ') || ' rows, '
            || case
                when n_refused = 0 then 'none refused'
                else {{ in_digits('n_refused', 0) }} || ' refused ('
                    || {{ in_per_cent('refused_share', 2) }} || '; a build stops above '
                    || {{ in_per_cent('max_share', 2) }} || ' and '
                    || '{{ setting("max_rejected_rows") }} rows)'
            end
    end
{%- endmacro %}
