with

designs as (

    select * from {{ ref('designs') }}

),

campaigns as (

    select *
    from {{ ref('stg_campaigns') }}
    where {{ is_studied_type('campaign_type') }}

),

targets as (

    select *
    from {{ ref('stg_campaign_targets') }}
    where is_sent

),

type_sizes as (

    select
        campaigns.campaign_type,
        count(distinct targets.household_id) as n_households
    from campaigns
    inner join targets on campaigns.campaign_id = targets.campaign_id
    group by campaigns.campaign_type
    having count(distinct targets.household_id) >= {{ var('min_arm_households') }}

),

-- Only if there are several types: the design of one is the design of all.
own_types as (

    select
        campaign_type,
        regexp_replace(lower(campaign_type), '[^\pL\pN]+', '_', 'g') as type_name,
        row_number() over (order by n_households desc, campaign_type asc) as place
    from type_sizes
    where
        (select count(distinct campaigns.campaign_type) from campaigns) > 1

),

named_types as (

    select
        campaign_type,
        -- Types that differ in signs or case alone are told apart by a number.
        'campaign_trials_of_' || type_name || case
            when row_number() over same_names > 1
                then '_' || row_number() over same_names
            else ''
        end as design_name
    from own_types
    where place <= {{ var('max_type_designs') }}
    window same_names as (partition by type_name order by place)

),

-- The main design that compares with who was not sent a campaign yet, and its placebo.
type_designs as (

    select
        designs.* replace (
            replace(designs.design, 'campaign_trials', named_types.design_name)
                as design,
            replace(designs.variant_of, 'campaign_trials', named_types.design_name)
                as variant_of,
            'type ' || named_types.campaign_type as campaign_types
        )
    from designs
    cross join named_types
    where designs.design in ('campaign_trials', 'campaign_trials_shifted')

),

final as (

    select * from designs
    union all
    select * from type_designs

)

select * from final
order by design
