with

scenarios as (

    select * from {{ ref('fct_scenarios') }}

),

overlap as (

    select * from {{ ref('fct_overlap') }}

),

-- The sign of a profit depends on cost over margin alone: the effect that breaks even.
break_evens as (

    select
        design,
        max(break_even_effect) filter (where verdict = 'earns') as highest_earning,
        min(break_even_effect) as lowest,
        max(break_even_effect) as highest,
        count(distinct scenario_id) as n_scenarios
    from scenarios
    group by design

),

final as (

    select
        break_evens.design,
        'what_would_change_it' as question_id,
        'What would change the answer?' as question,
        break_evens.highest_earning as estimate,
        'dollars of sales that a contact must bring to pay' as unit,
        cast(null as double) as ci_lower,
        cast(null as double) as ci_upper,
        cast(null as double) as p_value,
        case
            when not overlap.is_overlap_sufficient
                then 'a random holdout: no cost or margin mends arms that overlap too '
                    || 'little'
            when break_evens.highest_earning is null
                then
                    format(
                        'none of {} costs and margins, which break even at effects of '
                        || '{:.2f} to {:.2f} dollars',
                        break_evens.n_scenarios,
                        break_evens.lowest,
                        break_evens.highest
                    )
            when break_evens.highest_earning
                < {{ var('cost_per_contact') }} / {{ var('margin') }}
                then
                    format(
                        'a cost and margin that break even at {:.2f} dollars instead '
                        || 'of {:.2f}: sending would surely pay',
                        break_evens.highest_earning,
                        {{ var('cost_per_contact') }} / {{ var('margin') }}
                    )
            when break_evens.highest_earning = break_evens.highest
                then 'no cost or margin of the grid: sending surely pays in all'
            else
                format(
                    'a cost and margin that break even above {:.2f} dollars: sending '
                    || 'would not surely pay',
                    break_evens.highest_earning
                )
        end as verdict,
        'See fct_scenarios for each cost and margin.' as next_action
    from break_evens
    inner join overlap on break_evens.design = overlap.design

)

select * from final
order by design, question_id
