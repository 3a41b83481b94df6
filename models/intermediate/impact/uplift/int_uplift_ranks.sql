with

units as (

    select * from {{ ref('int_uplift_units') }}

),

predictions as (

    select * from {{ ref('py_uplift') }}

),

scores as (

    select
        predictions.learner as ranking,
        units.campaign_id,
        units.household_id,
        units.fold,
        predictions.predicted as score
    from units
    inner join predictions
        on
            units.campaign_id = predictions.campaign_id
            and units.household_id = predictions.household_id
    union all
    select
        'sales_before' as ranking,
        campaign_id,
        household_id,
        fold,
        sales_mean as score
    from units
    union all
    select
        'coupons_before' as ranking,
        campaign_id,
        household_id,
        fold,
        coupon_discount_mean as score
    from units

),

-- Each fold has fits of its own, and each campaign its own level: neither decides who
-- comes first.
ranked as (

    select
        *,
        row_number() over (
            partition by ranking, campaign_id, fold
            order by
                score desc,
                {{ salted_bucket(
                    'household_id', "'" ~ var('fold_salt') ~ "_uplift'", 1000000000
                ) }} asc,
                household_id asc
        ) as place,
        count(*) over (partition by ranking, campaign_id, fold) as n_ranked
    from scores

),

final as (

    select
        ranking,
        campaign_id,
        household_id,
        score,
        place,
        n_ranked,
        cast(ceil(10.0 * place / n_ranked) as integer) as decile
    from ranked

)

select * from final
order by ranking, campaign_id, household_id
