{% set n_bins = 20 %}

with

diagnostics as (

    select * from {{ ref('fct_feature_diagnostics') }}

),

feature_rows as (

    select * from {{ ref('int_feature_rows') }}
    where window_id = 'full' and feature_value is not null

),

bins as (

    select
        feature,
        position,
        p01,
        (p99 - p01) / {{ n_bins }} as width,
        n_households - n_missing as n_values,
        unnest(range(1, {{ n_bins }} + 1)) as bin
    from diagnostics

),

-- One of a thousand households would make all others one bar, so the first and the last
-- bin have no end.
placed_values as (

    select
        feature_rows.feature,
        case
            when diagnostics.p99 = diagnostics.p01 then 1
            else
                greatest(1, least({{ n_bins }}, 1 + floor(
                    {{ n_bins }} * (feature_rows.feature_value - diagnostics.p01)
                    / (diagnostics.p99 - diagnostics.p01)
                )))
        end as bin
    from feature_rows
    inner join diagnostics on feature_rows.feature = diagnostics.feature

),

counts as (

    select
        feature,
        bin,
        count(*) as n_households
    from placed_values
    group by feature, bin

),

final as (

    select
        bins.feature,
        bins.position,
        cast(bins.bin as integer) as bin,
        bins.p01 + (bins.bin - 1) * bins.width as from_value,
        bins.p01 + bins.bin * bins.width as to_value,
        cast(coalesce(counts.n_households, 0) as integer) as n_households,
        {{ ratio('coalesce(counts.n_households, 0)', 'bins.n_values') }}
            as household_share
    from bins
    left join counts on bins.feature = counts.feature and bins.bin = counts.bin

)

select * from final
order by position, bin
