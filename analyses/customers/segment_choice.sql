select
    method,
    k,
    max(round(value, 2)) filter (where metric = 'stability') as stability,
    max(round(value, 3)) filter (where metric = 'smallest_share') as smallest_share,
    max(round(value, 2)) filter (where metric = 'silhouette') as silhouette,
    max(cast(round(value) as integer)) filter (where metric = 'calinski_harabasz')
        as calinski,
    max(round(value, 2)) filter (where metric = 'davies_bouldin') as davies_bouldin,
    max(round(value, 2)) filter (where metric = 'mean_index_rank') as rank,
    is_chosen
from {{ ref('fct_segmentation_metrics') }}
where clustering = 'segments'
group by method, k, is_chosen
order by method desc, k asc
