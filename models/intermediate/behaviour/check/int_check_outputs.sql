{%- set own_cost = setting('cost_per_contact') -%}
{%- set mailing_cost = setting('mailing_cost') | float -%}
{%- set currency = setting('currency_name') | replace("'", "''") -%}

with

households as (

    select * from {{ ref('int_check_households') }}

),

arms as (

    select * from {{ ref('int_check_arms') }}

),

final as (

    select
        1 as place,
        'features' as output,
        n_households > 0 as is_possible,
        case
            when n_households > 0
                then 'yes: ' || {{ counted('n_households', 'household') }}
                    || ', ' || {{ counted('n_days', 'day') }}
                    || ' (' || first_date || ' to ' || last_date || ')'
            else 'no: no line of transactions can be used'
        end as sentence
    from households
    union all
    select
        2 as place,
        'segments' as output,
        n_households >= {{ var('min_segment_households') }} as is_possible,
        case
            when n_households >= {{ var('min_segment_households') }}
                then 'yes: ' || {{ counted('n_households', 'household') }}
            else 'no: only ' || {{ counted('n_households', 'household') }}
                || '; groups have {{ var("min_segment_households") }} or more '
                || '(var min_segment_households)'
        end as sentence
    from households
    union all
    select
        3 as place,
        'lifetime value' as output,
        n_repeaters >= {{ var('clv_min_households') }} as is_possible,
        case
            when n_repeaters >= {{ var('clv_min_households') }}
                then 'yes: ' || {{ counted('n_repeaters', 'household') }}
                    || ' bought again in the first '
                    || '{{ (100 * var("clv_calibration_share")) | int }} % of the days'
            else 'by a rule of thumb: only '
                || {{ counted('n_repeaters', 'household') }}
                || ' bought again in the first '
                || '{{ (100 * var("clv_calibration_share")) | int }} % of the days, '
                || 'and a fit needs {{ var("clv_min_households") }} '
                || '(var clv_min_households)'
        end as sentence
    from households
    union all
    select
        4 as place,
        'times of day' as output,
        n_timed_visits > 0 as is_possible,
        case
            when n_timed_visits > 0
                then 'yes: the time of '
                    || {{ in_per_cent('n_timed_visits / n_visits') }}
                    || ' of the visits is known'
            else 'no: no line has a time of day (column transaction_time, or a time '
                || 'in transacted_on); fct_shopping_times is empty'
        end as sentence
    from households
    union all
    select
        5 as place,
        'effects' as output,
        is_possible,
        case
            when n_campaigns = 0 then 'no: there is no campaign'
            when n_ready = 0 then 'no: see below what is in the way of each campaign'
            when not is_possible
                then 'no: ' || {{ in_digits('n_treated', 0) }}
                    || ' households were sent a campaign and '
                    || {{ in_digits('n_comparable', 0) }}
                    || ' can be compared with them; each arm needs '
                    || min_arm_households
            else 'yes: of ' || n_ready || ' of ' || n_studied || ' studied campaigns'
        end
        || case
            when n_experiments > 0
                then '; ' || n_experiments || ' with households that were held out'
            else ''
        end as sentence
    from arms
    union all
    -- 0.75 is the default of var mailing_cost, in dollars.
    select
        6 as place,
        'cost of a contact' as output,
        true as is_possible,
        {% if own_cost is not none -%}
        {{ in_money(own_cost) }} || ' (var cost_per_contact)' as sentence
        {%- elif currency != 'dollars' and mailing_cost == 0.75 -%}
        'not stated in {{ currency }}: 0.75 for a mailing is an assumption in dollars. '
        || 'State var mailing_cost, or var cost_per_contact' as sentence
        {%- else -%}
        'by cost model {{ setting("cost_model") }}, a mailing at '
        || {{ in_money(mailing_cost) }} || ' (vars cost_model, mailing_cost)'
            as sentence
        {%- endif %}

)

select * from final
order by place
