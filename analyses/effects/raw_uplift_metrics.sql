select
    design,
    learner,
    cast(round(max(value) filter (where test = 'auuc_raw')) as integer) as auuc,
    cast(round(max(value) filter (where test = 'qini_raw')) as integer) as qini
from {{ ref('fct_cate_validation') }}
where outcome = 'purchase_amount' and test in ('auuc_raw', 'qini_raw')
group by design, learner
order by design asc, auuc desc, learner asc
