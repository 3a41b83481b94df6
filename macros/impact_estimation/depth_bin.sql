{#- Bin of a share of discount by the limits of var discount_bins, in words; below the first
    limit there is none. NULL gives NULL.
    Example: limits 0.01, 0.1, 0.2 and 0.15 -> 10 to 20 %. -#}
{% macro depth_bin(depth) -%}
    {%- set limits = var('discount_bins') -%}
    case
        when {{ depth }} is null then null
        when {{ depth }} < {{ limits[0] }} then 'none'
        {%- for limit in limits[1:] %}
        when {{ depth }} < {{ limit }}
            then '{{ (100 * limits[loop.index0]) | round(2) | string | replace('.0', '') }} to {{ (100 * limit) | round(2) | string | replace('.0', '') }} %'
        {%- endfor %}
        else 'over {{ (100 * limits[-1]) | round(2) | string | replace('.0', '') }} %'
    end
{%- endmacro %}
