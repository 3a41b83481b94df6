with

predictions as (

    select *
    from {{ ref('fct_cate') }}
    where outcome = 'purchase_amount' and learner = 'causal_forest'

),

units as (

    select * from {{ ref('fct_trial_units') }}

),

study_cost as (

    select *
    from {{ ref('fct_cost_models') }}
    where cost_model = 'documents_flat'

),

policies as (

    select *
    from {{ ref('policies') }}
    where kind in ('all', 'current', 'effect_above', 'risk_adjusted', 'top_share')

),

ranked_units as (

    select
        predictions.design,
        predictions.cate,
        -- The study took the forest's limits for 95 % ones.
        {{ confidence_limit(
            'predictions.cate', 'predictions.std_error', 'lower'
        ) }} as ci_lower,
        cast(units.is_treated as integer) as is_treated,
        study_cost.cost_per_contact,
        study_cost.break_even_effect,
        study_cost.margin * predictions.cate - study_cost.cost_per_contact as profit,
        row_number() over (
            partition by predictions.design
            order by
                predictions.cate desc,
                predictions.household_id asc,
                predictions.campaign_id asc
        ) / count(*) over (partition by predictions.design) as rank_share
    from predictions
    inner join units
        on
            predictions.design = units.design
            and predictions.campaign_id = units.campaign_id
            and predictions.household_id = units.household_id
    cross join study_cost

),

targeted_units as (

    select
        ranked_units.*,
        policies.policy,
        {{ is_targeted(
            'policies.kind',
            'policies.parameter',
            'ranked_units.is_treated',
            'ranked_units.cate',
            'ranked_units.ci_lower',
            'ranked_units.rank_share',
            'null',
            'null',
            'null',
            'null',
            'null',
            'ranked_units.break_even_effect'
        ) }} as is_target
    from ranked_units
    cross join policies

),

-- The effects that choose the units also value them, as in the source study.
policy_profits as (

    select
        design,
        policy,
        avg(is_target) as share_targeted,
        {{ exact_avg('is_target * profit') }} as profit_per_unit,
        {{ exact_avg('is_target * cost_per_contact') }} as cost_per_unit
    from targeted_units
    group by design, policy

),

final as (

    select
        design,
        policy,
        share_targeted,
        profit_per_unit,
        profit_per_unit / nullif(cost_per_unit, 0) as roi,
        profit_per_unit
        - max(case when policy = 'treat_all' then profit_per_unit end)
            over (partition by design)
            as profit_vs_all_per_unit
    from policy_profits

)

select * from final
order by design, policy
