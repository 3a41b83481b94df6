with

sending_rules as (

    select * from {{ ref('int_sending_rules') }}

),

rule_words as (

    select * from {{ ref('int_sending_rule_words') }}

),

final as (

    select
        sending_rules.design,
        cast(sending_rules.leaf_id as integer) as rule_id,
        rule_words.rule,
        cast(sending_rules.n_units as integer) as n_units,
        cast(sending_rules.n_sent as integer) as n_sent,
        sending_rules.n_sent / sending_rules.n_units as share_sent,
        cast(sending_rules.n_counted_units as integer) as n_counted_units,
        cast(sending_rules.n_counted_sent as integer) as n_counted_sent,
        sending_rules.upper_limit,
        sending_rules.lower_limit,
        sending_rules.finding,
        sending_rules.is_excluded
    from sending_rules
    inner join rule_words
        on
            sending_rules.design = rule_words.design
            and sending_rules.leaf_id = rule_words.leaf_id

)

select * from final
order by design, rule_id
