with

figure_names as (

    select * from {{ ref('run_figures') }}

),

list_summary as (

    select *
    from {{ ref('fct_list_summary') }}
    where decision = 'all'

),

manifest as (

    select *
    from {{ ref('run_manifest') }}
    order by started_at desc
    limit 1

),

figures as (

    select
        unnest([
            'sales', 'households', 'rejected_rows', 'gates_passed', 'gates_doubtful',
            'gates_failed'
        ]) as figure,
        unnest([
            sales_value, n_households, n_rejected_rows, n_gates_passed,
            n_gates_doubtful, n_gates_failed
        ]) as value
    from manifest
    union all by name
    select
        'segments' as figure,
        count(*) as value
    from {{ ref('dim_segments') }}
    union all by name
    select
        'units' as figure,
        design || ', ' || population as part,
        n_units as value
    from {{ ref('fct_target_populations') }}
    union all by name
    select
        'campaigns' as figure,
        answer as part,
        count(*) as value
    from {{ ref('fct_campaign_verdicts') }}
    group by answer
    union all by name
    select
        'policy' as figure,
        design as part,
        profit as value,
        ci_lower as lower_bound,
        ci_upper as upper_bound,
        label as answer
    from {{ ref('int_chosen_policies') }}
    where is_decisive
    union all by name
    select
        'contacts' as figure,
        n_contacts as value
    from list_summary
    union all by name
    select
        'list_profit' as figure,
        expected_profit as value,
        expected_profit_ci_lower as lower_bound,
        expected_profit_ci_upper as upper_bound
    from list_summary
    union all by name
    select
        'answer' as figure,
        design || ', ' || question_id as part,
        '"' || question || '" in design ' || design as part_label,
        estimate as value,
        ci_lower as lower_bound,
        ci_upper as upper_bound,
        answer
    from {{ ref('fct_verdicts') }}

),

final as (

    select
        concat_ws(': ', figures.figure, figures.part) as name,
        {{ fill_in('figure_names.label', {
            'part': 'coalesce(figures.part_label, figures.part)',
        }) }} as label,
        cast(figures.value as double) as value,
        figures.lower_bound,
        figures.upper_bound,
        case
            when figures.value is null then 'not known'
            when figure_names.unit = 'money' then {{ in_money('figures.value', 0) }}
            when figures.answer is null then {{ in_digits('figures.value', 0) }}
            when abs(figures.value) < 1 then {{ in_digits('figures.value', 4) }}
            else {{ in_digits('figures.value', 2) }}
        end || coalesce(' (' || figures.answer || ')', '') as text_value
    from figures
    inner join figure_names on figures.figure = figure_names.figure

)

select * from final
order by name
