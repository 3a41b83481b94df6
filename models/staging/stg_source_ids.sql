-- This model waits for the check of rejected rows.
-- depends_on: {{ ref('stg_rejected_rows') }}

with

-- Ids of the published editions are whole numbers: none is hashed.
final as (

    select
        ---------- ids
        cast(null as varchar) as id_type,
        cast(null as bigint) as id,

        ---------- strings
        cast(null as varchar) as source_id
    where false

)

select * from final
