{#- Stops a run whose profile lacks the plugin, without which DuckDB would fail at a function
    or variable that nobody has heard of. A project that uses this one as a package has a
    profile of its own. -#}
{% macro check_plugin() %}
    {% set found = run_query(
        "select 1 from duckdb_functions() where function_name = 'build_facts_as_json'"
    ) %}
    {% if not found.rows %}
        {{ exceptions.raise_compiler_error(
            "profiles.yml: output " ~ target.name ~ " of profile " ~ target.profile_name
            ~ " lacks the plugin of package retail_uplift; add"
            ~ " `plugins: [{module: retail_uplift.warehouse_plugin}]` to it."
        ) }}
    {% endif %}
{% endmacro %}
