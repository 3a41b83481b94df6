{#- What a campaign does for the first households of a ranking, as a sentence on the columns
    of fct_uplift_top_k. Example: ranking all_three, top_share 0.01 and no household -> 'No
    household is among the first 1 % of all three rankings: the list is empty.' -#}
{% macro uplift_finding() -%}
    case
        when n_units = 0
            then
                'No household is among the first ' || {{ in_per_cent('top_share') }}
                || ' of all three rankings: the list is empty.'
        when estimate is null
            then
                'The effect on them cannot be known: ' || n_sent || ' of '
                || {{ counted('n_units', 'unit') }}
                || ' were sent a campaign; {{ var("impact_min_sent") }} that were and as '
                || 'many that were not are needed.'
        when ranking = 'random'
            then
                'A random choice has an effect of ' || {{ in_money('estimate') }}
                || ' of sales a week (' || {{ interval_in_money('ci_lower', 'ci_upper') }}
                || ').'
        else
            'The effect on them is ' || {{ in_money('estimate') }} || ' of sales a week ('
            || {{ interval_in_money('ci_lower', 'ci_upper') }} || '). It is '
            || {{ in_money('abs(difference)') }}
            || case when difference < 0 then ' below' else ' above' end
            || ' that of a random choice'
            || coalesce(
                case
                    when q_value <= {{ var('impact_false_discovery_rate') }}
                        then ', a significant difference'
                    else ', which may be chance'
                end
                || format(' (q = {:.3f})', q_value),
                ''
            )
            || '.'
    end
{%- endmacro %}
