-- If this fails, staging keeps more or fewer placements than the published promotions
-- have: lines would join to several of them, or to none. Switch it off with var
-- check_golden_counts only where a subset is read on purpose.
{{ config(enabled=var('check_golden_counts')) }}

with

golden_counts as (

    select * from {{ ref('golden_counts') }}
    where edition = '{{ setting("edition") }}' and measure = 'promotion_keys'

),

promotions as (

    select count(*) as counted from {{ ref('stg_promotions') }}

)

select
    golden_counts.expected,
    promotions.counted,
    'The files are not the published release: promotion_keys is ' || promotions.counted
    || ', expected ' || golden_counts.expected || '. Read the published files, or set '
    || 'var check_golden_counts to false if this is meant.' as problem
from golden_counts
cross join promotions
where promotions.counted != golden_counts.expected
