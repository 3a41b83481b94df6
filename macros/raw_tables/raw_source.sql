{#- Where a raw table lies, as raw_table gives it; relation is empty if it is absent or
    unreadable, and problem then says why. Decided from names and header lines: no row is
    read. Example: raw_source(node) -> {'file': 'products.csv.gz', 'kind': 'csv', ...}. -#}
{% macro raw_source(source_node) %}
    {% set form = raw_format(source_node) %}
    {% if form == 'package' %}
        {% set found = {
            'file': source_node.name ~ '.parquet', 'kind': 'parquet', 'problem': '',
            'relation': source_node.meta.external_location.replace(
                '{name}', source_node.name),
            'time_zone': '',
        } %}
    {% elif form == 'table' %}
        {% set found = raw_schema_table(source_node.name) %}
    {% else %}
        {% set options = tojson({
            'format': form,
            'delimiter': setting('csv_delimiter'),
            'quote': var('csv_quote'),
            'escape': var('csv_escape'),
            'encoding': setting('csv_encoding'),
        }) %}
        {% set answer = run_query(
            "select raw_table_as_json('" ~ setting('raw_dir') | replace("'", "''")
            ~ "', '" ~ source_node.name ~ "', '" ~ options | replace("'", "''") ~ "')"
        ).columns[0].values()[0] %}
        {% set found = fromjson(answer) %}
        {% do found.update({'relation': found.reader}) %}
    {% endif %}
    {% set columns = {} %}
    {% if found.relation %}
        {% for row in run_query('describe select * from ' ~ found.relation).rows %}
            {% do columns.update({row[0] | trim | lower: {
                'name': '"' ~ row[0] | replace('"', '""') ~ '"', 'type': row[1]
            }}) %}
        {% endfor %}
    {% endif %}
    {#- Columns that the retailer names in another way than the contract. -#}
    {% if source_node.source_name == 'canonical' %}
        {% for name, own_name in var('column_names').get(source_node.name, {}).items() %}
            {% set own = columns.pop(own_name | trim | lower, none) %}
            {% if own %}{% do columns.update({name: own}) %}{% endif %}
        {% endfor %}
    {% endif %}
    {#- Columns whose names differ by blanks, signs and capitals alone: Household-Id. -#}
    {% for name in source_node.columns.keys() | map('lower')
        if source_node.source_name == 'canonical' and name not in columns %}
        {% set alike = [] %}
        {% for own_name in columns
            if modules.re.sub('[^a-z0-9]', '', own_name) == name | replace('_', '') %}
            {% do alike.append(own_name) %}
        {% endfor %}
        {% if alike | length == 1 %}
            {% do columns.update({name: columns.pop(alike[0])}) %}
        {% endif %}
    {% endfor %}
    {% do found.update({
        'columns': columns, 'is_present': found.relation != '' or found.problem != ''
    }) %}
    {{ return(found) }}
{% endmacro %}
