with

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

designs as (

    select * from {{ ref('designs') }}

),

window_features as (

    select * from {{ ref('int_window_features') }}

),

exposures as (

    select * from {{ ref('int_exposure_ledger') }}

),

demographics as (

    select * from {{ ref('int_household_demographics') }}

),

-- What cannot be computed is filled: a gap of which we know only that it is longer than
-- the look-back gets its length, an absent spread or ratio gets 0.
final as (

    select
        trial_units.design,
        trial_units.campaign_id,
        trial_units.household_id,
        cast(trial_units.is_treated as integer) as is_treated,

        ---------- behaviour before time zero
        window_features.recency,
        coalesce(
            window_features.days_between_purchases_avg,
            trial_units.time_zero_day - trial_units.lookback_start_day
        ) as days_between_purchases_avg,
        window_features.frequency,
        window_features.frequency_per_week,
        window_features.purchase_regularity,
        cast(window_features.monetary_sales as double) as monetary_sales,
        window_features.monetary_avg_basket_sales,
        coalesce(window_features.monetary_std, 0) as monetary_std,
        coalesce(window_features.coupon_savings_ratio, 0) as coupon_savings_ratio,
        coalesce(window_features.discount_usage_pct, 0) as discount_usage_pct,
        coalesce(window_features.private_label_ratio, 0) as private_label_ratio,
        window_features.n_departments,
        window_features.n_products,
        window_features.avg_items_per_basket,
        coalesce(window_features.share_grocery, 0) as share_grocery,
        coalesce(window_features.share_fresh, 0) as share_fresh,
        coalesce(window_features.share_bakery, 0) as share_bakery,
        coalesce(window_features.share_health_beauty, 0) as share_health_beauty,
        coalesce(window_features.share_alcohol, 0) as share_alcohol,
        coalesce(window_features.display_exposure_rate, 0) as display_exposure_rate,
        coalesce(window_features.mailer_exposure_rate, 0) as mailer_exposure_rate,

        ---------- campaigns before time zero
        exposures.n_campaigns_before,
        exposures.n_campaigns_running,

        ---------- demographics; 0 and not stated where they are missing or not used
        coalesce(demographics.age_years, 0) as age_years,
        cast(demographics.age_years is not null as integer) as age_years_stated,
        coalesce(demographics.income_thousands, 0) as income_thousands,
        cast(demographics.income_thousands is not null as integer)
            as income_thousands_stated,
        coalesce(demographics.is_homeowner, 0) as is_homeowner,
        cast(demographics.is_homeowner is not null as integer) as is_homeowner_stated,
        coalesce(demographics.is_married, 0) as is_married,
        cast(demographics.is_married is not null as integer) as is_married_stated,
        coalesce(demographics.household_size, 0) as household_size,
        cast(demographics.household_size is not null as integer)
            as household_size_stated,
        coalesce(demographics.n_kids, 0) as n_kids,
        cast(demographics.n_kids is not null as integer) as n_kids_stated
    from trial_units
    inner join designs on trial_units.design = designs.design
    inner join window_features
        on
            trial_units.household_id = window_features.household_id
            and trial_units.window_id = window_features.window_id
    inner join exposures
        on
            trial_units.design = exposures.design
            and trial_units.campaign_id = exposures.campaign_id
            and trial_units.household_id = exposures.household_id
    left join demographics
        on
            trial_units.household_id = demographics.household_id
            and (designs.uses_demographics or {{ var('use_demographics') }})
    where not (designs.drops_contaminated and exposures.is_contaminated)

)

select * from final
order by design, campaign_id, household_id
