{% set kinds = ['redeemed', 'bought'] %}

with

participation as (

    select * from {{ ref('int_participation') }}

),

weights as (

    select * from {{ ref('int_week_weights') }}

),

-- Each estimator compares the arms with the weights that its effect has.
weighted_units as (

    select
        'difference in differences' as estimator,
        *,
        1 / count(*) over (partition by campaign_id, is_sent) as weight,
        count(*) over (partition by campaign_id, is_sent) as n_units
    from participation
    union all
    select
        'doubly robust' as estimator,
        participation.*,
        weights.weight,
        weights.n_units
    from participation
    inner join weights
        on
            participation.campaign_id = weights.campaign_id
            and participation.household_id = weights.household_id

),

arms as (

    select
        estimator,
        campaign_id,
        is_sent,
        {%- for kind in kinds %}
        {{ exact_sum('weight * has_' ~ kind) }} as {{ kind }}_share
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from weighted_units
    group by estimator, campaign_id, is_sent

),

final as (

    select
        weighted_units.estimator,
        weighted_units.campaign_id,
        weighted_units.household_id,
        weighted_units.is_sent
        {%- for kind in kinds %},
        weighted_units.weight * weighted_units.has_{{ kind }} as {{ kind }}_share,
        case
            when weighted_units.is_sent
                then weighted_units.has_{{ kind }} - arms.{{ kind }}_share
            else arms.{{ kind }}_share - weighted_units.has_{{ kind }}
        end
        * weighted_units.weight
        * sqrt(weighted_units.n_units / (weighted_units.n_units - 1.0))
            as {{ kind }}_error
        {%- endfor %}
    from weighted_units
    inner join arms
        on
            weighted_units.estimator = arms.estimator
            and weighted_units.campaign_id = arms.campaign_id
            and weighted_units.is_sent = arms.is_sent
    where weighted_units.n_units > 1

)

select * from final
order by estimator, campaign_id, household_id
