with

units as (

    select * from {{ ref('int_global_holdout_units') }}

),

counts as (

    select
        start_day,
        end_day,
        global_holdout_share,
        count(*) filter (where is_global_holdout) as n_held_out,
        count(*) filter (where not is_global_holdout) as n_others,
        count(*) * global_holdout_share as n_expected,
        avg(n_contacts) filter (where is_global_holdout) as contacts_per_held_out,
        avg(n_contacts) filter (where not is_global_holdout) as contacts_per_other
    from units
    group by start_day, end_day, global_holdout_share

),

statistics as (

    select
        *,
        pow(n_held_out - n_expected, 2)
        / (n_expected * (1 - global_holdout_share)) as ratio_statistic
    from counts

),

final as (

    select
        * exclude (ratio_statistic),
        {{ chi_square_p_value('ratio_statistic', '1') }} as ratio_p_value
    from statistics

)

select * from final
order by start_day
