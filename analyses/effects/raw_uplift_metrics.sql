select
    design,
    learner,
    cast(round(max(value) filter (where test = 'auuc_seed')) as integer) as auuc,
    cast(round(max(value) filter (where test = 'qini_seed')) as integer) as qini
from {{ ref('fct_cate_validation') }}
where outcome = 'purchase_amount' and test in ('auuc_seed', 'qini_seed')
group by design, learner
order by design asc, auuc desc, learner asc
