select
    k as n_factors,
    max(round(value, 3)) filter (where metric = 'explained_variance_all_cells')
        as explained_variance_all_cells,
    max(round(value, 3)) filter (where metric = 'held_out_error') as held_out_error,
    max(round(value, 3)) filter (where metric = 'loadings_sparsity')
        as loadings_sparsity
from {{ ref('fct_segmentation_metrics') }}
where clustering = 'factors'
group by k
order by k
