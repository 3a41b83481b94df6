{%- set money_format = '"' ~ setting('currency_symbol') | replace("'", "''") ~ '"#,##0'
    ~ ('.' ~ '0' * setting('currency_decimals') if setting('currency_decimals')) %}

with

column_units as (

    select * from {{ ref('column_units') }}

),

features as (

    select * from {{ ref('features') }}

),

described_columns as (

    select
        unnest(
            from_json(
                '{{ public_columns() | replace("'", "''") }}',
                '[{
                    "schema_name": "VARCHAR", "table_name": "VARCHAR",
                    "position": "INTEGER", "column_name": "VARCHAR",
                    "data_type": "VARCHAR", "definition": "VARCHAR",
                    "stated_unit": "VARCHAR", "stated_additive": "BOOLEAN",
                    "stated_personal": "BOOLEAN"
                }]'
            ),
            recursive := true
        )

),

typed_columns as (

    select
        *,
        regexp_matches(data_type, '^(integer|bigint|double|decimal)') as is_number
    from described_columns

),

units_by_name as (

    select
        typed_columns.schema_name,
        typed_columns.table_name,
        typed_columns.column_name,
        arg_min(column_units.unit, column_units.position) as unit
    from typed_columns
    inner join column_units
        on
            regexp_matches(
                typed_columns.table_name, coalesce(column_units.table_pattern, '')
            )
            and regexp_matches(typed_columns.column_name, column_units.column_pattern)
    where typed_columns.is_number
    group by
        typed_columns.schema_name, typed_columns.table_name, typed_columns.column_name

),

columns_with_units as (

    select
        typed_columns.*,
        coalesce(
            typed_columns.stated_unit,
            case typed_columns.data_type
                when 'boolean' then 'yes or no'
                when 'date' then 'date'
                when 'timestamp' then 'time, UTC'
            end,
            features.unit,
            units_by_name.unit
        ) as unit
    from typed_columns
    left join features
        on typed_columns.is_number and typed_columns.column_name = features.feature
    left join units_by_name
        on
            typed_columns.schema_name = units_by_name.schema_name
            and typed_columns.table_name = units_by_name.table_name
            and typed_columns.column_name = units_by_name.column_name

),

final as (

    select
        schema_name,
        table_name,
        position,
        column_name,
        data_type,
        definition,
        {{ in_currency('unit') }} as unit,
        case
            when unit = 'dollars' or starts_with(unit, 'dollars a ')
                then '{{ money_format }}'
            when unit = 'share' or starts_with(unit, 'share of ') then '0.0%'
            when unit = 'probability' then '0.000'
            when unit = 'number' then '#,##0'
        end as number_format,
        is_number,
        coalesce(stated_additive, false) as is_additive,
        coalesce(stated_personal, false) as is_personal
    from columns_with_units

)

select * from final
order by schema_name desc, table_name asc, position asc
