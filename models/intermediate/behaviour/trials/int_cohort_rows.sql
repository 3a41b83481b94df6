with

panel_rows as (

    select * from {{ ref('int_panel_rows') }}

),

-- What a household was sent, and whether the first of it was of a studied type. The
-- first is the earliest: ids are not in the order of time.
households as (

    select
        household_id,
        count(*) filter (where is_treated and is_studied) as n_studied_sendings,
        count(*) filter (where is_treated) as n_sendings,
        arg_min(is_studied, (start_day, campaign_id)) filter (where is_treated)
            as is_first_studied
    from panel_rows
    group by household_id

),

-- A household that was sent another type first and a studied one later is in no arm.
first_sendings as (

    select
        *,
        case
            when is_first_studied then 'sent'
            when n_sendings = 0 then 'never sent'
            when n_studied_sendings = 0 then 'other types only'
            else 'neither arm'
        end as arm
    from households

),

cohort_rows as (

    select distinct
        'customers' as cohort,
        household_id
    from {{ ref('int_purchase_days') }}
    where n_baskets > 0
    union all by name
    select
        'base_cohort' as cohort,
        *
    from households
    union all by name
    select
        'household_type_a' as cohort,
        *,
        n_studied_sendings > 0 as is_treated
    from households
    union all by name
    select
        'first_overall_type_a' as cohort,
        *,
        arm = 'sent' as is_treated
    from first_sendings
    where arm != 'neither arm'
    union all by name
    select
        'first_overall_type_a, ' || controls.arm as cohort,
        first_sendings.*,
        first_sendings.arm = 'sent' as is_treated
    from first_sendings
    inner join (values ('never sent'), ('other types only')) as controls (arm)
        on first_sendings.arm in ('sent', controls.arm)
    union all by name
    select
        'first_overall_type_a, neither arm' as cohort,
        *
    from first_sendings
    where arm = 'neither arm'
    union all by name
    select
        unnest(
            if(is_studied, ['panel_type_a'], [])
            || ['panel_all', 'panel_all, type ' || campaign_type]
        ) as cohort,
        household_id,
        cast(campaign_id as varchar) as window_name,
        cast(is_treated and is_studied as integer) as n_studied_sendings,
        cast(is_treated as integer) as n_sendings,
        is_treated
    from panel_rows

),

final as (

    select
        cohort,
        household_id,
        coalesce(window_name, 'all days') as window_name,
        is_treated,
        n_studied_sendings,
        n_sendings
    from cohort_rows

)

select * from final
order by cohort, household_id, window_name
