{{ config(group='impact') }}
-- An estimate that is in neither table was lost, and one in both cannot be valid and
-- invalid at once.
with

published as (

    select
        scope,
        estimator
    from {{ ref('fct_campaign_estimates') }}
    union all
    select
        scope,
        estimator
    from {{ ref('fct_campaign_estimates_invalid') }}

),

campaigns as (

    select * from {{ ref('int_impact_campaigns') }}

),

scopes as (

    select distinct
        unnest([
            'campaign ' || campaign_id, 'type ' || campaign_type, 'all campaigns'
        ]) as scope
    from campaigns

),

expected as (

    select
        scope,
        unnest(['difference in differences', 'doubly robust']) as estimator
    from scopes

)

select
    expected.scope,
    expected.estimator,
    count(published.scope) as n_rows
from expected
left join published
    on
        expected.scope = published.scope
        and expected.estimator = published.estimator
group by expected.scope, expected.estimator
having count(published.scope) != 1
