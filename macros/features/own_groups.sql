{#- The covariates for groups of the retailer's own, as seed covariates lists them:
    own_group_01 to own_group_24 (int_category_covariates says what each stands for). -#}
{% macro own_groups() %}
    {%- set names = [] -%}
    {%- for number in range(1, 25) -%}
        {%- do names.append('own_group_' ~ '%02d' % number) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
