select
    weekday,
    cast(round(sum(visits_per_day)) as integer) as visits_per_day,
    max_by(hour, n_visits) as busiest_hour,
    round(100 * sum(n_visits) filter (where hour between 16 and 18) / sum(n_visits), 1)
        as percent_from_16_to_19,
    round(sum(sales) / sum(n_visits), 2) as dollars_per_visit
from {{ ref('fct_shopping_times') }}
group by weekday_number, weekday
order by weekday_number
