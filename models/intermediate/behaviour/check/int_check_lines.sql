{#- Only lines of a retailer's own are counted, keyed and rounded as they are read. -#}
{% set is_own = setting('edition') == 'canonical' %}

with

lines as (

    select
        basket_id,
        {{ 'is_rounded' if is_own else 'false' }} as is_rounded,
        {{ 'is_number_reused' if is_own else 'false' }} as is_number_reused,
        {{ 'is_copied' if is_own else 'false' }} as is_copied,
        {{ 'n_raw_rows' if is_own else '1' }} as n_raw_rows
    from {{ ref('base_transactions') }}
    where reject_reason is null

),

products as (

    select * from {{ ref('base_products') }}

),

totals as (

    select
        count(*) as n_lines,
        sum(n_raw_rows) as n_raw_rows,
        sum(n_raw_rows - 1) as n_summed,
        count(*) filter (where is_rounded) as n_rounded,
        count(*) filter (where is_copied) as n_copied,
        count(distinct case when is_number_reused then basket_id end) as n_reused
    from lines

),

final as (

    select
        'macro categories that are not known' as finding,
        cast(count(*) as double) as number,
        'Products with a macro_category that is none of '
        || '{{ share_categories() | join(", ") }}: ' || {{ in_digits('count(*)', 0) }}
        || ' (such as ' || min(macro_category) || '). It is not read.' as sentence
    from products
    where
        macro_category is not null
        and {{ stated_category('macro_category') }} is null
    having count(*) > 0
    union all
    select
        'money with more decimals' as finding,
        n_rounded / n_lines as number,
        'Lines whose sales_value has more than four decimals: '
        || {{ in_digits('n_rounded', 0) }} || '. It is rounded to four.' as sentence
    from totals
    where n_rounded > 0
    union all
    select
        'receipt numbers that repeat' as finding,
        cast(n_reused as double) as number,
        'Receipt numbers repeat. Baskets that share theirs with another day or '
        || 'household: ' || {{ in_digits('n_reused', 0) }} || '. They count as one for '
        || 'each household, day and store. If numbers restart by till, say, name the '
        || 'columns that tell receipts apart in var basket_key.' as sentence
    from totals
    where n_reused > 0
    union all
    select
        'repeated lines' as finding,
        n_summed / n_raw_rows as number,
        'Lines that repeat a product of their basket: '
        || {{ in_digits('n_summed', 0) }} || ' ('
        || {{ in_per_cent('n_summed / n_raw_rows', 1) }} || '). They are added to its '
        || 'first line. Products that come with identical lines: '
        || {{ in_digits('n_copied', 0) }} || '.' as sentence
    from totals
    where n_summed > 0

)

select * from final
order by finding
