{#- The cluster of least cost of each household and window, as a query: one row per
    clustering, household and window; of equal costs the first cluster wins. `points` names
    a relation of coordinates (clustering, household_id, window_id, axis, axis_value),
    `models` one of the form of py_segment_model with a clustering. The cost is
    (x - c)' P (x - c) - 2 w, which is the squared distance where P is the identity and w
    is 0 (K-Means).
    Example: point (6, 7), centroids (0, 0) and (6, 8) -> the second, at cost 1. -#}
{% macro nearest_clusters(points, models) -%}
    with

    costs as (

        select
            points.clustering,
            points.household_id,
            points.window_id,
            models.cluster,
            round(
                sum(
                    (points.axis_value - models.centroid)
                    * (other_points.axis_value - models.other_centroid)
                    * models.precision
                )
                - 2 * max(models.log_weight),
                12
            ) as cost
        from {{ models }} as models
        inner join {{ points }} as points
            on
                models.clustering = points.clustering
                and models.axis = points.axis
        inner join {{ points }} as other_points
            on
                models.clustering = other_points.clustering
                and models.other_axis = other_points.axis
                and points.household_id = other_points.household_id
                and points.window_id = other_points.window_id
        group by
            points.clustering,
            points.household_id,
            points.window_id,
            models.cluster

    ),

    ranked_clusters as (

        select
            *,
            row_number() over (
                partition by clustering, household_id, window_id
                order by cost, cluster
            ) as cluster_rank
        from costs

    )

    select
        clustering,
        household_id,
        window_id,
        cluster,
        cost
    from ranked_clusters
    where cluster_rank = 1
{%- endmacro %}
