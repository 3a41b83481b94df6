{#- Names of the vars of dbt_project.yml, in their order there. Where another project uses
    this one as a package, a seed knows where that file lies. -#}
{% macro var_names() %}
    {% set folder = '.' if project_name == 'retail_uplift'
        else graph.nodes['seed.retail_uplift.features'].root_path | replace("'", "''") %}
    {{ return(run_query(
        "select unnest(regexp_extract_all(regexp_extract("
        ~ "content, '(?s)\\nvars:\\n(.*?)\\n[a-z]', 1), '(?m)^  (\\w+):', 1)) "
        ~ "from read_text('" ~ folder ~ "/dbt_project.yml')"
    ).columns[0].values() | list) }}
{% endmacro %}
