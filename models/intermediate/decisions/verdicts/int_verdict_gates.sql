with

questions as (

    select *
    from {{ ref('questions') }}
    where not is_about_campaigns

),

target_populations as (

    select * from {{ ref('fct_target_populations') }}

),

design_checks as (

    select * from {{ ref('int_design_checks') }}

),

-- A policy speaks of the widest population that can be compared, an effect of all.
final as (

    select
        target_populations.design,
        questions.question_id,
        target_populations.population,
        target_populations.is_overlap_sufficient,
        target_populations.overlap_evidence,
        questions.is_about_policies and coalesce(design_checks.is_doubtful, false)
            as is_effect_doubtful
    from questions
    inner join target_populations
        on
            case
                when questions.is_about_policies then target_populations.is_decisive
                else target_populations.population = 'all'
            end
    left join design_checks on target_populations.design = design_checks.design

)

select * from final
order by design, question_id
