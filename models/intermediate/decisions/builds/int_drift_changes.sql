with

drift_shares as (

    select * from {{ ref('int_drift_shares') }}

),

reference as (

    select *
    from {{ ref('int_drift_reference') }}
    where kind = 'effect'

),

effects as (

    select *
    from {{ ref('fct_effect_estimates') }}
    where is_headline and outcome = 'purchase_amount'

),

totals as (

    select
        *,
        sum(n_before) over names as total_before,
        sum(n_now) over names as total_now
    from drift_shares
    window names as (partition by kind, name)

),

-- An empty bin counts as half a household, because its logarithm does not exist.
shares as (

    select
        *,
        greatest(n_before, 0.5) / total_before as share_before,
        greatest(n_now, 0.5) / total_now as share_now
    from totals
    where total_before > 0 and total_now > 0

),

-- Population stability index (Siddiqi 2006) and its mean if nothing changed (Yurdakul
-- 2018): the bins less one, times the sum of one over each number of households.
distributions as (

    select
        kind,
        name,
        cast(max(total_before) as double) as value_before,
        cast(max(total_now) as double) as value_now,
        {{ exact_sum('(share_now - share_before) * ln(share_now / share_before)') }}
            as psi,
        (count(*) - 1) * (1 / max(total_before) + 1 / max(total_now)) as chance_psi,
        cast(null as double) as change_std_error
    from shares
    group by kind, name

),

-- The builds share most households, so this error is too large rather than too small.
effect_changes as (

    select
        'effect' as kind,
        effects.design as name,
        reference.value as value_before,
        effects.estimate as value_now,
        cast(null as double) as psi,
        cast(null as double) as chance_psi,
        sqrt(pow(effects.std_error, 2) + pow(reference.std_error, 2))
            as change_std_error
    from effects
    inner join reference on effects.design = reference.name

),

changes as (

    select * from distributions
    union all
    select * from effect_changes

),

final as (

    select
        *,
        case
            when kind = 'effect'
                then
                    abs(value_now - value_before)
                    > {{ normal_quantile(0.975) }} * change_std_error
            else psi - chance_psi >= {{ var('max_drift_psi') }}
        end as is_drifted
    from changes

)

select * from final
order by kind, name
