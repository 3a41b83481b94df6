with

terms as (

    select * from {{ ref('int_uplift_terms') }}

),

everyone as (

    select *
    from terms
    where ranking = 'random'

),

sums as (

    select
        terms.estimator,
        terms.ranking,
        terms.group_kind,
        terms.group_value,
        count(*) as n_households,
        sum(terms.n_units) as n_units,
        sum(terms.n_sent) as n_sent,
        least(sum(terms.n_sent), sum(terms.n_units) - sum(terms.n_sent))
        >= {{ var('impact_min_sent') }} as is_enough,
        {{ exact_sum('terms.share_of_estimate') }} as share_sum,
        {{ exact_product_sum('terms.influence', 'terms.influence') }} as squares,
        {{ exact_product_sum('terms.influence', 'everyone.influence') }} as products
    from terms
    inner join everyone
        on
            terms.estimator = everyone.estimator
            and terms.household_id = everyone.household_id
    group by terms.estimator, terms.ranking, terms.group_kind, terms.group_value

),

-- Fewer units than a campaign needs say nothing of its effect.
final as (

    select
        sums.estimator,
        sums.ranking,
        sums.group_kind,
        sums.group_value,
        sums.n_households,
        sums.n_units,
        sums.n_sent,
        case when sums.is_enough then sums.share_sum end as estimate,
        case
            when sums.is_enough
                then
                    sqrt(
                        sums.squares * sums.n_households
                        / nullif(sums.n_households - 1.0, 0)
                    )
        end as std_error,
        case
            when sums.is_enough
                then
                    sqrt(
                        greatest(sums.squares - 2 * sums.products + all_sums.squares, 0)
                        * all_sums.n_households
                        / nullif(all_sums.n_households - 1.0, 0)
                    )
        end as difference_std_error
    from sums
    inner join sums as all_sums
        on
            sums.estimator = all_sums.estimator
            and all_sums.ranking = 'random'

)

select * from final
order by estimator, ranking, group_kind, group_value
