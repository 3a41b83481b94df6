select
    cost_model,
    round(cost_per_contact, 2) as cost_per_contact,
    round(break_even_effect, 2) as break_even_effect,
    is_configured as decides
from {{ ref('fct_cost_models') }}
order by position
