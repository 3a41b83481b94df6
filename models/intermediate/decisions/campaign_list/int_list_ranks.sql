with

flags as (

    select *
    from {{ ref('int_list_flags') }}
    where suppression is null

),

classes as (

    select * from {{ ref('int_list_classes') }}

),

policies as (

    select * from {{ ref('int_list_policy') }}

),

effects as (

    select * from {{ ref('py_household_effects') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}
    where window_id = 'latest'

),

-- Only households that may be contacted have a place. Quintiles go by percentile, as
-- for customer value, so that households which are alike share one; 5 is the best.
ranked_households as (

    select
        flags.household_id,
        case when policies.is_override then 'all' else classes.evidence_class end
            as ranking,
        row_number() over (
            order by
                effects.cate desc,
                {{ salted_bucket(
                    "flags.household_id",
                    "'" ~ var('assignment_salt') ~ "_rank'",
                    1000000
                ) }},
                flags.household_id asc
        ) as effect_rank,
        count(*) over () as n_ranked,
        {{ quintile(
            'percent_rank() over (order by window_features.recency desc)'
        ) }} as recency_quintile,
        {{ quintile(
            'percent_rank() over (order by window_features.frequency)'
        ) }} as frequency_quintile,
        {{ quintile(
            'percent_rank() over (order by window_features.monetary_sales)'
        ) }} as monetary_quintile
    from flags
    cross join policies
    inner join classes on flags.household_id = classes.household_id
    left join effects on flags.household_id = effects.household_id
    left join window_features on flags.household_id = window_features.household_id

),

-- A policy that was chosen for the comparable households takes its share of these. One
-- that is asked for by hand takes it of all.
final as (

    select
        household_id,
        effect_rank,
        (row_number() over (partition by ranking order by effect_rank) - 0.5)
        / count(*) over (partition by ranking) as rank_share,
        cast(ceil(10.0 * effect_rank / n_ranked) as integer) as score_decile,
        cast(recency_quintile as integer) as recency_quintile,
        cast(frequency_quintile as integer) as frequency_quintile,
        cast(monetary_quintile as integer) as monetary_quintile
    from ranked_households

)

select * from final
order by household_id
