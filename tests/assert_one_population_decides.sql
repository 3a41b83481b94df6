-- If this fails, a design has no population that its verdicts are about, or two.
with

target_populations as (

    select * from {{ ref('fct_target_populations') }}

)

select
    design,
    count(*) filter (where is_decisive) as n_decisive
from target_populations
group by design
having count(*) filter (where is_decisive) != 1 or count(*) != 2
