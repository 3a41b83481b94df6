{#- What a build reads: the staged tables, the replicates of the last audit, and the
    campaigns that were assigned before. -#}
{% set input_tables = [
    'campaign_assignments', 'stg_campaign_targets', 'stg_campaigns',
    'stg_coupon_redemptions', 'stg_coupons', 'stg_household_attributes',
    'stg_households', 'stg_products', 'stg_promotions', 'stg_replicate_estimates',
    'stg_source_ids', 'stg_transactions',
] %}

with

-- A sum of hashes does not depend on the order of rows. The hash is DuckDB's own: an
-- md5 of the promotions alone would take longer than most fits.
{% for table_name in input_tables -%}
{{ table_name }}_sums as (

    select
        '{{ table_name.removeprefix("stg_") }}' as table_name,
        count(*) as n_rows,
        sum(cast(hash(*columns(*)) as hugeint)) as hash_sum
    from {{ ref(table_name) }}

),

{% endfor -%}

final as (

    {% for table_name in input_tables -%}
    select
        table_name,
        n_rows,
        coalesce(cast(hash_sum as varchar), 'empty') as checksum
    from {{ table_name }}_sums
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
order by table_name
