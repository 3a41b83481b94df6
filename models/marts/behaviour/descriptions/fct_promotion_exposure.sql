with

lines as (

    select *
    from {{ ref('int_lines') }}
    where is_item_line

),

promoted_lines as (

    select * from {{ ref('int_promoted_lines') }}

),

-- Fuel and the like, which count thousandths of a unit, lie on no shelf.
uncounted_departments as (

    select *
    from {{ ref('departments') }}
    where not counts_units

),

-- A retailer's own codes mean something else.
cover_codes as (

    select *
    from {{ ref('placement_codes') }}
    where is_cover and '{{ setting("edition") }}' != 'canonical'

),

recorded_weeks as (

    select distinct week from {{ ref('stg_promotions') }}

),

lifts as (

    select * from {{ ref('int_department_lifts') }}

),

exposed_lines as (

    select
        lines.department,
        coalesce(lines.brand, 'UNKNOWN') as brand,
        coalesce(promoted_lines.has_display, false) as has_display,
        coalesce(promoted_lines.has_mailer, false) as has_mailer,
        cover_codes.code is not null as is_on_cover,
        cast(lines.sales_value as double) as sales
    from lines
    inner join recorded_weeks on lines.week = recorded_weeks.week
    left join promoted_lines
        on
            lines.basket_id = promoted_lines.basket_id
            and lines.product_id = promoted_lines.product_id
    left join cover_codes on promoted_lines.mailer = cover_codes.code
    anti join uncounted_departments
        on lines.department = uncounted_departments.department

),

exposures as (

    select
        department,
        brand,
        count(*) as n_lines,
        {{ exact_sum('sales') }} as sales,
        avg(cast(has_display as integer)) as displayed_share,
        avg(cast(has_mailer as integer)) as mailer_share,
        avg(cast(has_display and has_mailer as integer)) as combined_share,
        count(*) filter (where has_display and not has_mailer) as n_display_lines,
        count(*) filter (where has_mailer and not has_display) as n_mailer_lines,
        count(*) filter (where has_display and has_mailer) as n_combined_lines,
        avg(case when has_mailer then cast(is_on_cover as integer) end)
            as cover_share_of_mailer,
        {{ exact_sum('case when has_display or has_mailer then sales else 0 end') }}
            as promoted_sales
    from exposed_lines
    group by department, brand

),

final as (

    select
        exposures.department,
        exposures.brand,
        exposures.n_lines,
        exposures.sales,
        exposures.displayed_share,
        exposures.mailer_share,
        exposures.combined_share,
        exposures.cover_share_of_mailer,
        exposures.promoted_sales / nullif(exposures.sales, 0)
            as promoted_share_of_sales,
        -- A ratio of fewer than a hundred lines is off by more than a tenth by chance.
        case when exposures.n_display_lines >= 100 then lifts.display_lift end
            as display_lift,
        case when exposures.n_mailer_lines >= 100 then lifts.mailer_lift end
            as mailer_lift,
        case when exposures.n_combined_lines >= 100 then lifts.combined_lift end
            as combined_lift
    from exposures
    left join lifts
        on
            exposures.department = lifts.department
            and exposures.brand = lifts.brand

)

select * from final
order by sales desc, department asc, brand asc
