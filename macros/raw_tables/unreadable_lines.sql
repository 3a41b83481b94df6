{#- One sentence for each text file with lines that were left out, about the first of them.
    Example: ["file sales.csv, line 7: ... 2 cells, expected 3 (1 such line)."]. -#}
{% macro unreadable_lines() %}
    {% set sentences = [] %}
    {% for row in run_query("
        select
            scans.file_path,
            min(errors.line) as line,
            arg_min(errors.error_type, errors.line) as error_type,
            arg_min(errors.error_message, errors.line) as message,
            arg_min(errors.csv_line, errors.line) as text,
            count(distinct errors.line) as n_lines
        from reject_errors as errors
        inner join reject_scans as scans
            on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
        group by scans.file_path
        order by scans.file_path
    ").rows %}
        {% set counts = modules.re.findall('[0-9]+', row[3]) %}
        {% if row[2] == 'INVALID ENCODING' %}
            {% set fault = 'is not written in ' ~ setting('csv_encoding')
                ~ '; state its encoding in var csv_encoding, as latin-1, windows-1252 or '
                ~ 'utf-16' %}
        {% elif counts | length == 2 %}
            {% set fault = 'has ' ~ counts[1] ~ ' cells, expected ' ~ counts[0]
                ~ ' as in the header line' %}
        {% elif row[2] == 'UNQUOTED VALUE' %}
            {% set fault = 'opens a quote that is not closed, or closes one inside of a '
                ~ 'cell; double the quotes inside of a quoted cell, or state how the file '
                ~ 'is written in vars csv_quote (\'\' = no quotes) and csv_escape' %}
        {% else %}
            {% set fault = 'cannot be read: ' ~ row[3] %}
        {% endif %}
        {% set text = row[4] if row[4] | length <= 80 else row[4][:80] ~ '...' %}
        {% do sentences.append('file ' ~ row[0].split('/')[-1] ~ ', line ' ~ row[1] ~ ' '
            ~ fault ~ ' (' ~ row[5] ~ ' such line' ~ ('s' if row[5] != 1 else '')
            ~ '): ' ~ text | trim) %}
    {% endfor %}
    {{ return(sentences) }}
{% endmacro %}
