with

differences as (

    select * from {{ ref('int_cohort_differences') }}

),

words as (

    select * from {{ ref('words') }}
    where topic = 'cohort_difference'

),

-- A difference before is no work of the campaigns: that of design placebos, in short.
gates as (

    select
        after_start.cohort,
        after_start.difference as sales_difference,
        after_start.std_error as sales_difference_std_error,
        before_start.difference as sales_difference_before,
        before_start.std_error as sales_difference_before_std_error,
        if(
            abs(sales_difference_before)
            > {{ normal_quantile(0.975) }} * sales_difference_before_std_error,
            'failed',
            'doubtful'
        ) as gate_status
    from differences as after_start
    inner join differences as before_start on after_start.cohort = before_start.cohort
    where after_start.period = 'after' and before_start.period = 'before'

),

final as (

    select
        gates.*,
        {{ fill_in('words.words', {
            'before': in_money('gates.sales_difference_before', 2),
            'after': in_money('gates.sales_difference', 2),
        }) }} as finding
    from gates
    inner join words on gates.gate_status = words.answer

)

select * from final
order by cohort
