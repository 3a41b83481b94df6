{#- The vars that macro setting takes from the environment, too: what people change often. -#}
{% macro setting_names() %}
    {{ return([
        'edition', 'raw_dir', 'canonical_format', 'margin', 'cost_model',
        'cost_per_contact', 'cost_basis', 'mailing_cost', 'max_contacts', 'max_budget', 'min_days_between_contacts',
        'list_policy', 'holdout_share', 'exploration_share', 'global_holdout_share',
        'assign_campaign', 'csv_delimiter', 'csv_encoding', 'decimal_sign',
        'thousands_sign', 'date_format', 'time_zone', 'week_starts_on', 'discount_sign',
        'max_rejected_share', 'max_rejected_rows', 'max_copied_share',
        'nobody_households', 'basket_key', 'max_day_gap', 'studied_campaign_types',
        'currency_name', 'currency_symbol', 'currency_decimals',
    ]) }}
{% endmacro %}
