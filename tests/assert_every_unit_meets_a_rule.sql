{{ config(group='effects') }}
-- Rules part the units of a design. One that meets none, because a covariate is missing
-- or a bound was rounded past it, would be left out of every effect of a rule.
select
    surrogate_units.design,
    surrogate_units.outcome,
    surrogate_units.campaign_id,
    surrogate_units.household_id
from {{ ref('int_surrogate_units') }} as surrogate_units
anti join {{ ref('int_effect_rule_units') }} as rule_units
    on
        surrogate_units.design = rule_units.design
        and surrogate_units.outcome = rule_units.outcome
        and surrogate_units.campaign_id = rule_units.campaign_id
        and surrogate_units.household_id = rule_units.household_id
