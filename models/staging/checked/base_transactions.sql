{% set lines_model = 'base_canonical__transactions' if setting('edition') == 'canonical'
    else 'base_published_transactions' %}

select * from {{ ref(lines_model) }}
