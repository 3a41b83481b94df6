{#- The line of a row of int_check_campaigns on the page of the check. -#}
{% macro campaign_in_words() -%}
    source_campaign_id || ' (type ' || campaign_type || '), '
    || start_date || ' to '
    || case when is_open_ended then 'open' else cast(end_date as varchar) end
    || ': ' || n_sent || ' sent, ' || n_held_out || ' held out, ' || n_comparable
    || case
        when is_drawn then ' comparable (held out, bought before)'
        else ' comparable (bought in the look-back, not sent)'
    end
    || case
        when n_lookback_days is not null
            then '; look-back ' || n_lookback_days || ' days, outcome '
                || greatest(n_outcome_days, 0) || ' days'
        else ''
    end
    || chr(10) || '      '
    || coalesce('in the way: ' || obstacle, 'nothing stands in the way') || '.'
{%- endmacro %}
