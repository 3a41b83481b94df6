with

candidates as (

    select * from {{ ref('int_trial_candidates') }}

),

main_designs as (

    select *
    from {{ ref('int_designs') }}
    where role = 'main'

),

trial_units as (

    select * from {{ ref('int_trial_units') }}

),

-- Every pair of household and campaign that could have been a unit, with its fate.
candidate_fates as (

    select
        candidates.design,
        candidates.campaign_id,
        candidates.is_treated,
        case
            when candidates.exclusion_reason is not null
                then candidates.exclusion_reason
            when trial_units.household_id is null
                then 'control drawn for another campaign'
            else 'in the sample'
        end as fate
    from candidates
    inner join main_designs on candidates.design = main_designs.design
    left join trial_units
        on
            candidates.design = trial_units.design
            and candidates.campaign_id = trial_units.campaign_id
            and candidates.household_id = trial_units.household_id

),

final as (

    select
        design,
        cast(campaign_id as bigint) as campaign_id,
        is_treated,
        fate,
        cast(count(*) as integer) as n_households
    from candidate_fates
    group by design, campaign_id, is_treated, fate

)

select * from final
order by design, campaign_id, is_treated, fate
