with

moments as (

    select * from {{ ref('int_power_moments') }}

),

household_correlations as (

    select * from {{ ref('int_power_household_correlations') }}

),

settings as (

    select * from {{ ref('int_power_settings') }}

),

treated_shares as (

    select unnest({{ var('power_treated_shares') }}) as treated_share

),

methods as (

    select unnest(['plain', 'cuped']) as method

),

-- Later campaigns look back on earlier ones. Where a household keeps its arm, CUPED
-- would take out some of the effect, so it is not offered there.
arm_rules as (

    select
        'one campaign' as arm_rule,
        1 as n_campaigns
    union all
    select
        'arms drawn anew' as arm_rule,
        {{ var('power_campaigns') }} as n_campaigns
    union all
    select
        'same arm throughout' as arm_rule,
        {{ var('power_campaigns') }} as n_campaigns

),

-- What a household does in one campaign predicts much of what it does in the next. That
-- matters only if its arm is the same in both. Otherwise it is as often in the other
-- arm.
final as (

    select
        moments.metric,
        moments.horizon_weeks,
        treated_shares.treated_share,
        arm_rules.arm_rule,
        methods.method,
        arm_rules.n_campaigns,
        settings.n_households,
        settings.level_quantile + settings.power_quantile as quantile_sum,
        moments.n_windows,
        moments.mean_outcome,
        moments.std_dev,
        moments.lookback_correlation,
        household_correlations.household_correlation,
        moments.std_dev * case methods.method
            when 'cuped' then sqrt(1 - pow(moments.lookback_correlation, 2))
            else 1
        end as residual_std_dev,
        case arm_rules.arm_rule
            when 'same arm throughout'
                then 1
                    + (arm_rules.n_campaigns - 1)
                    * household_correlations.household_correlation
            else 1
        end as design_effect
    from moments
    cross join settings
    cross join treated_shares
    cross join arm_rules
    cross join methods
    left join household_correlations
        on
            moments.metric = household_correlations.metric
            and moments.horizon_weeks = household_correlations.horizon_weeks
            and methods.method = household_correlations.method
    where not (arm_rules.arm_rule = 'same arm throughout' and methods.method = 'cuped')

)

select * from final
order by metric, horizon_weeks, treated_share, arm_rule, method
