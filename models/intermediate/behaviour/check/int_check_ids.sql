{#- Each kind of id, and the staging table and column whose ids it holds. -#}
{% set id_columns = {
    'household': ('stg_transactions', 'household_id'),
    'product': ('stg_transactions', 'product_id'),
    'store': ('stg_transactions', 'store_id'),
    'campaign': ('stg_campaigns', 'campaign_id'),
} %}

with

source_ids as (

    select * from {{ ref('stg_source_ids') }}

),

used_ids as (

    {% for id_type, (table_name, column_name) in id_columns.items() -%}
    select distinct
        '{{ id_type }}' as id_type,
        {{ column_name }} as id
    from {{ ref(table_name) }}
    where {{ column_name }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- Ids of targets that never bought may be written in another way than the shoppers'.
target_ids as (

    select distinct
        'household' as id_type,
        household_id as id
    from {{ ref('base_campaign_targets') }}
    where reject_reason is null and not has_purchases

),

all_ids as (

    select
        *,
        true as is_shopper
    from used_ids
    union all
    select
        *,
        false as is_shopper
    from target_ids

),

written_ids as (

    select
        all_ids.id_type,
        all_ids.is_shopper,
        coalesce(source_ids.source_id, cast(all_ids.id as varchar)) as source_id
    from all_ids
    left join source_ids
        on all_ids.id_type = source_ids.id_type and all_ids.id = source_ids.id

),

-- What is left of an id without its case, its spaces and signs, and its leading zeros.
bare_ids as (

    select
        *,
        ltrim(
            regexp_replace(lower(source_id), '[^\p{L}\p{N}]', '', 'g'), '0'
        ) as bare_id
    from written_ids

),

similar_ids as (

    select
        id_type,
        bare_id,
        count(*) as n_ids,
        count(*) filter (where not is_shopper) as n_target_ids,
        min(source_id) as first_id,
        max(source_id) as second_id
    from bare_ids
    where bare_id != ''
    group by id_type, bare_id
    having count(*) > 1

),

final as (

    select
        id_type || ' ids that nearly agree' as finding,
        cast(count(*) as double) as number,
        {{ counted('count(*)', 'pair') }} || ' of ' || id_type || ' ids with no other '
        || 'difference than leading zeros, spaces, signs or case, such as '
        || min_by(first_id, (first_id, second_id))
        || ' and ' || min_by(second_id, (first_id, second_id))
        || '. They count as different ' || id_type || 's'
        || case
            when sum(n_target_ids) > 0
                then '; ' || sum(n_target_ids) || ' of them are in campaign_targets '
                    || 'and so match no purchase'
            else ''
        end || '. If they are the same, write them in one way.' as sentence
    from similar_ids
    group by id_type

)

select * from final
order by finding
