with

loadings as (

    select * from {{ ref('py_nmf_loadings') }}

),

features as (

    select * from {{ ref('features') }}

),

feature_totals as (

    select
        feature,
        sum(loading) as total_loading
    from loadings
    group by feature

),

-- A feature describes a factor if it loads high on it and low on the others. Its weight
-- is its loading times the factor's share of the feature's loadings.
weighted_labels as (

    select
        loadings.factor,
        features.label,
        max(
            loadings.loading * loadings.loading
            / nullif(feature_totals.total_loading, 0)
        ) as label_weight,
        min(features.theme) as theme,
        min(features.position) as position
    from loadings
    inner join features on loadings.feature = features.feature
    inner join feature_totals on loadings.feature = feature_totals.feature
    group by loadings.factor, features.label

),

ranked_labels as (

    select
        factor,
        label,
        theme,
        row_number() over (
            partition by factor order by label_weight desc nulls last, position asc
        ) as label_rank
    from weighted_labels

),

first_two_labels as (

    select
        factor,
        max(label) filter (where label_rank = 1) as first_label,
        max(label) filter (where label_rank = 2) as second_label,
        max(theme) filter (where label_rank = 1) as theme
    from ranked_labels
    group by factor

),

-- The only factor of data that hold none is the mean of all features: it loads equally
-- on them, and none names it.
means as (

    select min(factor) as factor
    from loadings
    having count(distinct factor) = 1 and min(loading) = max(loading)

),

paired_names as (

    select
        factor,
        case when factor in (select means.factor from means) then 'all' else theme end
            as theme,
        case
            when factor in (select means.factor from means) then 'All Features'
            else first_label || coalesce(' & ' || second_label, '')
        end as pair_name,
        case
            when factor in (select means.factor from means) then 'All Features'
            when count(*) over (partition by first_label) = 1 then first_label
            else first_label || coalesce(' ' || second_label, '')
        end as short_name
    from first_two_labels

),

-- Factors that get the same name from the rule get their number added.
final as (

    select
        factor,
        case
            when count(*) over (partition by pair_name) = 1 then pair_name
            else pair_name || ' ' || factor
        end as factor_name,
        case
            when count(*) over (partition by short_name) = 1 then short_name
            else short_name || ' ' || factor
        end as short_name,
        theme
    from paired_names

)

select * from final
order by factor
