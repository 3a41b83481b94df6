with

contributions as (

    select * from {{ ref('int_effect_contributions') }}

),

covariates as (

    select * from {{ ref('int_covariates') }}

),

outcomes as (

    select * from {{ ref('outcomes') }}

),

fidelities as (

    select *
    from {{ ref('int_surrogate_fidelity') }}
    where surrogate = 'line'

),

ranked_contributions as (

    select
        *,
        row_number() over (
            partition by design, outcome, campaign_id, household_id
            order by abs(contribution) desc, covariate asc
        ) as reason_rank
    from contributions
    -- A covariate that adds nothing is no reason.
    where contribution != 0

),

final as (

    select
        ranked_contributions.design,
        ranked_contributions.outcome,
        cast(ranked_contributions.campaign_id as bigint) as campaign_id,
        cast(ranked_contributions.household_id as bigint) as household_id,
        cast(ranked_contributions.reason_rank as integer) as reason_rank,
        ranked_contributions.covariate,
        ranked_contributions.z_score,
        ranked_contributions.contribution,
        {{ effect_reason(
            'ranked_contributions.z_score',
            'covariates.high_words',
            'covariates.low_words',
            'ranked_contributions.contribution',
            'outcomes.unit'
        ) }} as reason,
        coalesce(fidelities.fidelity_r2 >= {{ var('min_surrogate_r2') }}, false)
            as is_faithful
    from ranked_contributions
    inner join covariates
        on ranked_contributions.covariate = covariates.covariate
    inner join outcomes on ranked_contributions.outcome = outcomes.outcome
    inner join fidelities
        on
            ranked_contributions.design = fidelities.design
            and ranked_contributions.outcome = fidelities.outcome
    where ranked_contributions.reason_rank <= 2

)

select * from final
order by design, outcome, campaign_id, household_id, reason_rank
