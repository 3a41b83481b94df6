with

facts_as_json as (

    select build_facts_as_json() as facts

),

build_facts as (

    select
        facts,
        facts ->> 'git_commit' as git_commit,
        cast(facts ->> 'has_uncommitted_changes' as boolean) as is_changed
    from facts_as_json

),

code as (

    select
        'code' as kind,
        'code' as name,
        case
            when git_commit is null then 'outside a repository'
            when is_changed then 'commit ' || git_commit[:8] || ' and changes to it'
            else 'commit ' || git_commit[:8]
        end as label,
        facts ->> 'code_checksum' as text_value
    from build_facts

),

versions as (

    select
        'version' as kind,
        packages.key as name,
        packages.key as label,
        coalesce(packages.value ->> '$', 'absent') as text_value
    from build_facts
    cross join json_each(build_facts.facts -> 'versions') as packages

),

settings as (

    select
        'setting' as kind,
        key as name,
        key as label,
        cast(value as varchar) as text_value
    from json_each('{{ tojson(run_settings()) | replace("'", "''") }}')

),

seeds as (

    select
        'seed' as kind,
        key as name,
        key as label,
        value ->> '$' as text_value
    from json_each('{{ tojson(seed_checksums()) }}')

),

final as (

    select * from code
    union all
    select * from versions
    union all
    select * from settings
    union all
    select * from seeds

)

select * from final
order by kind, name
