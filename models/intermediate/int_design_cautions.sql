with

trial_campaigns as (

    select * from {{ ref('int_trial_campaigns') }}

),

-- A control of first_type_a was never sent a TypeA campaign, not later either. Later
-- campaigns were aimed at those who bought after time zero of the earlier ones, so with
-- more than one campaign the controls are picked by their own outcome.
final as (

    select
        design,
        case
            when design = 'first_type_a' and count(*) > 1
                then 'Controls were never sent a campaign, later ones included; '
                    || 'if those were aimed at buyers, the effect is overstated '
                    || '(DECISIONS.md).'
        end as caution
    from trial_campaigns
    where exclusion_reason is null
    group by design

)

select * from final
order by design
