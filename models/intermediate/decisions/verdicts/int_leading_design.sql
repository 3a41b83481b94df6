with

estimates as (

    select * from {{ ref('fct_effect_estimates') }}

),

designs as (

    select * from {{ ref('int_designs') }}

),

-- Arms that were drawn are the best evidence there is. Without any, or with too few
-- households in them, the design of var primary_design leads.
final as (

    select
        coalesce(min(estimates.design), '{{ var("primary_design") }}') as design,
        count(estimates.design) > 0 as is_drawn
    from estimates
    inner join designs
        on
            estimates.design = designs.design
            and designs.control_rule = 'held out'
    where estimates.is_headline and estimates.outcome = 'purchase_amount'

)

select * from final
