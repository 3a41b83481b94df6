{#- Cramer's V of a table, less what chance makes of it (Bergsma 2013): 0 to 1, and NULL if
    it has one row or column. Rows and columns are those that hold somebody.
    Example: phi squared 0.5 of 9 households in 2 by 2 cells -> 0.6546537. -#}
{% macro corrected_cramers_v(phi_squared, n, n_rows, n_columns) -%}
    sqrt(
        greatest(
            0,
            {{ phi_squared }}
            - ({{ n_rows }} - 1) * ({{ n_columns }} - 1) / nullif({{ n }} - 1.0, 0)
        )
        / nullif(
            least({{ n_rows }}, {{ n_columns }}) - 1
            - pow(least({{ n_rows }}, {{ n_columns }}) - 1, 2) / nullif({{ n }} - 1.0, 0),
            0
        )
    )
{%- endmacro %}
