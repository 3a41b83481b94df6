with

lines as (

    select * from {{ ref('int_lines') }}

),

promotions as (

    select * from {{ ref('stg_promotions') }}

),

-- What the tables say of products and promotions, over all households and days.
knowledge as (

    select
        coalesce(bool_or(brand = 'Private'), false) as has_private_label,
        coalesce(bool_or(department != 'UNKNOWN'), false) as has_departments,
        coalesce(bool_or(is_mapped), false) as has_categories,
        (select count(*) from promotions) > 0 as has_promotions
    from lines

),

checked_features as (

    select
        'private_label_ratio' as feature,
        has_private_label as is_known,
        'No product that was bought has the brand Private.' as reason
    from knowledge
    union all
    select
        'n_departments' as feature,
        has_departments as is_known,
        'No product that was bought has a department.' as reason
    from knowledge
    {%- for category in share_categories() %}
    union all
    select
        'share_{{ category }}' as feature,
        has_categories as is_known,
        'No product that was bought has a category: seed departments maps none of the'
        || ' departments, and the products have no macro_category.' as reason
    from knowledge
    {%- endfor %}
    {%- for promotion in ['display', 'mailer'] %}
    union all
    select
        '{{ promotion }}_exposure_rate' as feature,
        has_promotions as is_known,
        'Table promotions has no rows.' as reason
    from knowledge
    {%- endfor %}

),

final as (

    select
        feature,
        reason
    from checked_features
    where not is_known

)

select * from final
order by feature
