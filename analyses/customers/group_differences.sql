with

differences as (

    select * from {{ ref('fct_group_differences') }}
    where
        test = 'mann_whitney'
        and not is_by_definition
        and not repeats_definition
        and variable in (
            select features.feature from {{ ref('features') }} as features
            where features.is_reduced
        )

)

select
    group_label as households,
    other_label as against,
    variable,
    round(group_value, 2) as median,
    round(other_value, 2) as other_median,
    round(effect_size, 2) as effect_size,
    round(ci_lower, 2) as at_least,
    round(ci_upper, 2) as at_most,
    size
from differences
qualify
    row_number() over (
        partition by group_pair order by abs(effect_size) desc, variable asc
    ) <= 4
order by group_pair, abs(effect_size) desc
