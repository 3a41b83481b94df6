with

units as (

    select * from {{ ref('int_robustness_units') }}

),

terms as (

    {{ arm_terms('units', ['check_name', 'variant', 'estimator', 'campaign_id']) }}

),

main_terms as (

    select *
    from terms
    where check_name = 'main'

),

final as (

    select
        terms.*,
        terms.share_of_estimate - main_terms.share_of_estimate as change_share,
        terms.error_term - main_terms.error_term as change_term
    from terms
    inner join main_terms
        on
            terms.estimator = main_terms.estimator
            and terms.campaign_id = main_terms.campaign_id
            and terms.household_id = main_terms.household_id
    where terms.check_name != 'main'

)

select * from final
order by check_name, variant, estimator, campaign_id, household_id
