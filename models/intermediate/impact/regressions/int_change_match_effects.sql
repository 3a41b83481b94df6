with

unit_changes as (

    select *
    from {{ ref('int_unit_changes') }}
    where outcome = 'sales'

),

match_uses as (

    select * from {{ ref('int_change_match_uses') }}

),

scopes as (

    select * from {{ ref('int_impact_scopes') }}

),

matched_units as (

    select
        match_uses.caliper,
        scopes.scope,
        match_uses.household_id,
        match_uses.is_sent,
        match_uses.n_uses,
        unit_changes.change
    from match_uses
    inner join unit_changes
        on
            match_uses.campaign_id = unit_changes.campaign_id
            and match_uses.household_id = unit_changes.household_id
    inner join scopes on match_uses.campaign_id = scopes.campaign_id

),

arm_means as (

    select
        caliper,
        scope,
        is_sent,
        sum(n_uses) as n_pairs,
        {{ exact_sum('n_uses * change') }} / sum(n_uses) as mean_change
    from matched_units
    group by caliper, scope, is_sent

),

-- A household may be sent one campaign, stand in for others at several more, and be in
-- many pairs: all that it brings is summed before it is squared.
household_terms as (

    select
        matched_units.caliper,
        matched_units.scope,
        matched_units.household_id,
        {{ exact_sum(
            'case when matched_units.is_sent then 1 else -1 end * matched_units.n_uses'
            ~ ' * (matched_units.change - arm_means.mean_change) / arm_means.n_pairs'
        ) }} as error_term
    from matched_units
    inner join arm_means
        on
            matched_units.caliper = arm_means.caliper
            and matched_units.scope = arm_means.scope
            and matched_units.is_sent = arm_means.is_sent
    group by matched_units.caliper, matched_units.scope, matched_units.household_id

),

errors as (

    select
        caliper,
        scope,
        count(*) as n_households,
        sqrt(
            {{ exact_product_sum('error_term', 'error_term') }}
            * count(*) / nullif(count(*) - 1.0, 0)
        ) as std_error
    from household_terms
    group by caliper, scope

),

final as (

    select
        errors.caliper,
        errors.scope,
        sent.n_pairs,
        errors.n_households,
        sent.mean_change - others.mean_change as estimate,
        errors.std_error
    from errors
    inner join arm_means as sent
        on errors.caliper = sent.caliper and errors.scope = sent.scope and sent.is_sent
    inner join arm_means as others
        on
            errors.caliper = others.caliper
            and errors.scope = others.scope
            and not others.is_sent

)

select * from final
order by caliper, scope
