-- If this fails, sales of a retailer's own are in the tables twice: a file was appended
-- to itself, or two exports overlap. Seen from baskets of three products or more that come
-- twice line by line, which a till hardly writes; where baskets are smaller, from most
-- lines coming twice. More than var max_copied_share of the lines stops the build.
{% set is_own = setting('edition') == 'canonical' %}
{{ config(enabled=is_own) }}
-- depends_on: {{ ref('stg_rejected_rows') }}

with

lines as (

    select
        basket_id,
        {{ 'is_copied' if is_own else 'false' }} as is_copied
    from {{ ref('base_transactions') }}
    where reject_reason is null

),

-- None are counted where no line is a copy.
baskets as (

    select
        count(*) as n_lines,
        bool_and(is_copied) as is_copied
    from lines
    where (select bool_or(is_copied) from lines)
    group by basket_id

),

shares as (

    select
        sum(n_lines) as n_lines,
        coalesce(
            sum(n_lines) filter (where is_copied and n_lines >= 3)
            / sum(n_lines) filter (where n_lines >= 3),
            0
        ) as copied_basket_share,
        sum(n_lines) filter (where is_copied) / sum(n_lines) as copied_share
    from baskets

),

problems as (

    select
        *,
        'transactions: ' || round(100 * greatest(copied_basket_share, copied_share), 1)
        || ' % of the lines come twice in every column; was a file exported or copied '
        || 'twice? Remove the copy, or raise var max_copied_share if receipts repeat.'
            as problem
    from shares
    where
        copied_basket_share > {{ setting('max_copied_share') }}
        or copied_share > greatest({{ setting('max_copied_share') }}, 0.5)

)

select * from problems
