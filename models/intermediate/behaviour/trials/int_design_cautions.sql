with

trial_campaigns as (

    select *
    from {{ ref('int_trial_campaigns') }}
    where exclusion_reason is null

),

designs as (

    select * from {{ ref('int_designs') }}

),

-- A control that was never sent a campaign was not sent a later one either. Later
-- campaigns were aimed at households that bought after time zero of the earlier ones.
-- With more than one campaign, controls are therefore selected by their own outcome.
final as (

    select
        trial_campaigns.design,
        case
            when designs.control_rule = 'never sent' and count(*) > 1
                then 'Controls were never sent a campaign, later ones included; '
                    || 'if those were aimed at buyers, the effect is overstated '
                    || '(DECISIONS.md).'
        end as caution
    from trial_campaigns
    inner join designs on trial_campaigns.design = designs.design
    group by trial_campaigns.design, designs.control_rule

)

select * from final
order by design
