with

pairs as (

    select * from {{ ref('positioning_pairs') }}

),

loadings as (

    select * from {{ ref('py_nmf_loadings') }}

),

unknown_features as (

    select * from {{ ref('int_unknown_features') }}

),

-- Factor numbers and names change with the data. An axis therefore asks for the factor
-- that a feature loads highest on.
feature_factors as (

    select
        feature,
        cast(factor as varchar) as factor
    from loadings
    qualify
        row_number() over (
            partition by feature order by loading desc, factor asc
        ) = 1

),

-- With few factors both axes may ask for the same one, which would put all segments on
-- the diagonal. Such a pair shows the two features instead.
paired_factors as (

    select
        pairs.*,
        x_factors.factor as x_factor,
        y_factors.factor as y_factor,
        coalesce(x_factors.factor = y_factors.factor, false) as is_one_factor
    from pairs
    left join feature_factors as x_factors
        on pairs.x_kind = 'factor' and pairs.x_feature = x_factors.feature
    left join feature_factors as y_factors
        on pairs.y_kind = 'factor' and pairs.y_feature = y_factors.feature
    -- There is no picture of a feature that the data do not know.
    left join unknown_features
        on unknown_features.feature in (pairs.x_feature, pairs.y_feature)
    where unknown_features.feature is null

),

final as (

    select
        pair_id,
        pair_name,
        case when is_one_factor then 'feature' else x_kind end as x_kind,
        case
            when is_one_factor or x_kind = 'feature' then x_feature
            else x_factor
        end as x_key,
        case when is_one_factor then 'feature' else y_kind end as y_kind,
        case
            when is_one_factor or y_kind = 'feature' then y_feature
            else y_factor
        end as y_key
    from paired_factors

)

select * from final
order by pair_id
