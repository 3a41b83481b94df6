{% set spans = ['before', 'short', 'long'] %}
{#- An after-span is never multiplied with the other after-span. -#}
{% set pairs = [
    ('before', 'before'), ('before', 'short'), ('before', 'long'),
    ('short', 'short'), ('long', 'long')
] %}
{% set mirrored = [('short', 'before'), ('long', 'before')] %}

with

category_means as (

    select * from {{ ref('int_category_means') }}

),

rest_means as (

    select * from {{ ref('int_rest_means') }}

),

all_coupon_means as (

    select
        campaign_id,
        household_id,
        is_sent,
        {%- for span in spans %}
        {{ exact_sum('mean_' ~ span) }} as mean_{{ span }},
        {%- endfor %}
        'all' as category
    from category_means
    where category is not null
    group by campaign_id, household_id, is_sent

),

coupon_means as (

    select *
    from category_means
    where category is not null
    union all by name
    select * from all_coupon_means

),

rest_moments as (

    select
        campaign_id,
        is_sent,
        {%- for span in spans %}
        {{ exact_sum('rest_' ~ span) }} as rest_{{ span }},
        {%- endfor %}
        {%- for first, second in pairs %}
        {{ exact_sum('rest_' ~ first ~ ' * rest_' ~ second) }}
            as rest_{{ first }}_rest_{{ second }},
        {%- endfor %}
        count(*) as n_units
    from rest_means
    group by campaign_id, is_sent

),

-- Who bought nothing of a category adds nothing to its sums, and counts in n_units.
coupon_moments as (

    select
        coupon_means.campaign_id,
        coupon_means.category,
        coupon_means.is_sent,
        {%- for span in spans %}
        {{ exact_sum('coupon_means.mean_' ~ span) }} as coupon_{{ span }},
        {%- endfor %}
        {%- for first, second in pairs %}
        {{ exact_sum('coupon_means.mean_' ~ first ~ ' * coupon_means.mean_' ~ second) }}
            as coupon_{{ first }}_coupon_{{ second }},
        {%- endfor %}
        {%- for first, second in pairs + mirrored %}
        {{ exact_sum('coupon_means.mean_' ~ first ~ ' * rest_means.rest_' ~ second) }}
            as coupon_{{ first }}_rest_{{ second }},
        {%- endfor %}
        count(*) filter (where coupon_means.mean_before > 0) as n_buyers_before
    from coupon_means
    inner join rest_means
        on
            coupon_means.campaign_id = rest_means.campaign_id
            and coupon_means.household_id = rest_means.household_id
    group by coupon_means.campaign_id, coupon_means.category, coupon_means.is_sent

),

final as (

    select
        coupon_moments.*,
        {%- for span in spans %}
        rest_moments.rest_{{ span }},
        {%- endfor %}
        {%- for first, second in pairs %}
        rest_moments.rest_{{ first }}_rest_{{ second }},
        {%- endfor %}
        rest_moments.n_units
    from coupon_moments
    inner join rest_moments
        on
            coupon_moments.campaign_id = rest_moments.campaign_id
            and coupon_moments.is_sent = rest_moments.is_sent

)

select * from final
order by campaign_id, category, is_sent
