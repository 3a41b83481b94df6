{#- The checksum of each seed's file, by name. -#}
{% macro seed_checksums() %}
    {% set checksums = {} %}
    {% for node in (graph.nodes.values() if execute else [])
        if node.resource_type == 'seed' %}
        {% do checksums.update({node.name: node.checksum.checksum}) %}
    {% endfor %}
    {{ return(checksums) }}
{% endmacro %}
