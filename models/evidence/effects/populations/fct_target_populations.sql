with

population_splits as (

    select * from {{ ref('int_population_splits') }}

),

balance as (

    select * from {{ ref('int_population_balance') }}

),

-- An arm that is too small in any split closes the gate of size.
medians as (

    select
        design,
        population,
        cast(median(n_units) as integer) as n_units,
        cast(median(n_sent) as integer) as n_sent,
        cast(median(n_not_sent) as integer) as n_not_sent,
        min(n_sent_households) as n_sent_households,
        min(n_not_sent_households) as n_not_sent_households,
        median(share_of_units) as share_of_units,
        median(lowest_propensity) as lowest_propensity,
        coalesce(median(share_in_10_90), 0) as share_in_10_90,
        median(ess_sent) as ess_sent,
        median(ess_not_sent) as ess_not_sent
    from population_splits
    group by design, population

),

gates as (

    select
        medians.*,
        balance.max_smd,
        {{ smd_limit(
            'balance.n_covariates', 'medians.ess_sent', 'medians.ess_not_sent'
        ) }} as smd_limit,
        least(medians.n_sent_households, medians.n_not_sent_households)
        >= {{ var('min_group_households') }} as is_large_enough,
        {{ overlap_gate(
            'medians.share_in_10_90',
            'medians.ess_sent',
            'medians.ess_not_sent',
            'medians.n_sent',
            'medians.n_not_sent'
        ) }}
    from medians
    left join balance
        on
            medians.design = balance.design
            and medians.population = balance.population

),

-- Where no covariate varies, none can differ.
statuses as (

    select
        *,
        {{ balance_status('max_smd', 'smd_limit') }} != 'failed' as is_balanced,
        is_large_enough and is_overlap_sufficient and is_balanced as has_passed
    from gates

),

final as (

    select
        design,
        population,
        n_units,
        n_sent,
        n_not_sent,
        share_of_units,
        lowest_propensity,
        1 - lowest_propensity as highest_propensity,
        share_in_10_90,
        ess_sent,
        ess_not_sent,
        max_smd,
        smd_limit,
        is_overlap_sufficient,
        overlap_evidence,
        case when has_passed then 'passed' else 'failed' end as gate_status,
        {{ population_reason(
            'is_large_enough',
            'n_sent_households',
            'n_not_sent_households',
            'is_overlap_sufficient',
            'overlap_evidence',
            'is_balanced',
            'max_smd',
            'smd_limit'
        ) }} as reason,
        -- The widest population that passes; where none does, all units show why.
        case population
            when 'all' then has_passed or not bool_or(has_passed) over own_design
            else
                has_passed
                and not bool_or(has_passed and population = 'all') over own_design
        end as is_decisive
    from statuses
    window own_design as (partition by design)

)

select * from final
order by design, population
