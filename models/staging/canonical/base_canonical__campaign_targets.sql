{% set raw = raw_table('canonical', 'campaign_targets') %}

with

raw_targets as (

    select * from {{ raw.relation }}

),

stated_targets as (

    select
        ---------- ids
        {{ source_key(raw, 'campaign_id') }} as campaign_id,
        {{ source_key(raw, 'household_id') }} as household_id,

        ---------- numbers
        {{ stated_number(raw, 'probability', 'double') }} as probability,

        ---------- booleans
        {{ stated_assignment(raw) }} as is_sent,

        ---------- what is wrong with the row, and the row as it came
        coalesce(
            {{ source_key_problem(raw, 'campaign_id') }},
            {{ source_key_problem(raw, 'household_id') }},
            {{ number_problem(raw, 'probability') }},
            case
                when
                    {{ stated_number(raw, 'probability', 'double') }}
                    not between 0 and 1
                    then 'probability is not between 0 and 1 (50 % is 0.5)'
                when {{ stated_assignment(raw) }} is null
                    then 'the row says neither sent nor held out'
                when
                    {{ stated_assignment(raw) }}
                    != {{ stated_assignment(raw, 'bool_or') }}
                    then 'the columns of the row say both sent and held out'
            end
        ) as problem,
        raw_targets as raw_row
    from raw_targets

),

-- A household that comes in both arms tells nothing.
final as (

    select
        * exclude (problem),
        coalesce(
            problem,
            case
                when
                    bool_or(is_sent) over household_targets
                    != bool_and(is_sent) over household_targets
                    then 'the household is both sent and held out'
            end
        ) as problem,
        row_number() over (household_targets order by probability) > 1
        and problem is null as is_repeat
    from stated_targets
    window household_targets as (partition by campaign_id, household_id)

)

select * from final
