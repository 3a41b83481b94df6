{{ config(group='effects') }}
-- If this fails, a unit meets no rule of fct_eligibility_rules, or several.
with

rules as (

    select
        design,
        sum(n_units) as n_units,
        sum(n_sent) as n_sent
    from {{ ref('fct_eligibility_rules') }}
    group by design

),

units as (

    select
        design,
        count(*) as n_units,
        sum(is_treated) as n_sent
    from {{ ref('int_estimation_units') }}
    where is_main_design
    group by design

)

select
    units.design,
    units.n_units,
    rules.n_units as n_units_of_rules,
    rules.n_sent as n_sent_of_rules
from units
full outer join rules on units.design = rules.design
where
    rules.n_units is distinct from units.n_units
    or rules.n_sent is distinct from units.n_sent
