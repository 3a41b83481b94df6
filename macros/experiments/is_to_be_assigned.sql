{#- Whether this build adds the campaign list to the history. True if campaign_id is given
    and not in the history yet, false if it is there with the same list. The macro stops
    the run if the campaign has run already, or if another list assigned it. -#}
{% macro is_to_be_assigned(campaign_id) %}
    {% if campaign_id is none %}
        {{ return(false) }}
    {% elif execute and flags.WHICH in ('build', 'run') %}
        {% if first_value('select count(*) from ' ~ ref('stg_campaigns')
            ~ ' where campaign_id = ' ~ campaign_id) %}
            {{ stop_with('var assign_campaign is ' ~ campaign_id ~ ', a campaign that the '
                ~ 'data hold already: name the next one, or leave the var out.') }}
        {% endif %}
        {% set is_known = 'campaign_assignments' in existing_tables('history') %}
        {% if is_known and first_value('select count(*) from ' ~ this
            ~ ' where campaign_id = ' ~ campaign_id) %}
            {% set compared = 'select household_id, salt, policy, block_id, decision, '
                ~ 'p_assign, is_holdout from ' %}
            {% set assigned = compared ~ this ~ ' where campaign_id = ' ~ campaign_id %}
            {% set listed = compared ~ ref('fct_campaign_list') %}
            {% if first_value('select count(*) from ((' ~ assigned ~ ' except ' ~ listed
                ~ ') union all (' ~ listed ~ ' except ' ~ assigned ~ '))') %}
                {{ stop_with('campaign ' ~ campaign_id ~ ' was assigned by another list, '
                    ~ 'and an assignment is never rewritten: name another campaign in '
                    ~ 'var assign_campaign, or leave the var out.') }}
            {% endif %}
            {{ return(false) }}
        {% endif %}
    {% endif %}
    {{ return(true) }}
{% endmacro %}
