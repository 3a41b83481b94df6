with

leaves as (

    select * from {{ ref('int_sending_leaves') }}

),

counts as (

    select
        design,
        leaf_id,
        count(*) as n_units,
        sum(is_treated) as n_sent,
        count(*) filter (where not is_fit_unit) as n_counted_units,
        count(*) filter (where not is_fit_unit and is_treated = 1) as n_counted_sent
    from leaves
    group by design, leaf_id

),

limits as (

    select
        *,
        {{ binomial_upper_limit('n_counted_sent', 'n_counted_units') }}
            as upper_limit,
        1 - {{ binomial_upper_limit(
            '(n_counted_units - n_counted_sent)', 'n_counted_units'
        ) }} as lower_limit
    from counts

),

findings as (

    select
        *,
        case
            when upper_limit < {{ var('max_exception_share') }} then 'never sent'
            when lower_limit > 1 - {{ var('max_exception_share') }} then 'always sent'
            else 'sometimes sent'
        end as finding
    from limits

),

final as (

    select
        design,
        leaf_id,
        n_units,
        n_sent,
        n_counted_units,
        n_counted_sent,
        upper_limit,
        lower_limit,
        finding,
        -- Without units of the other arm nothing can be compared.
        finding in ('never sent', 'always sent') as is_excluded
    from findings

)

select * from final
order by design, leaf_id
