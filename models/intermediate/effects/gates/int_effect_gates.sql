with

figures as (

    select * from {{ ref('int_gate_figures') }}

),

-- Where the arms were drawn, the draw balances them, so it is the draw that is tested.
-- Overlap, placebo and interference are questions about arms that were not drawn.
-- Units that were sent another campaign are known by what happened later, so a
-- change without them may be the work of leaving them out: it raises a doubt, no more.
statuses as (

    select
        *,
        if(needs_overlap and not is_overlap_sufficient, 'failed', 'passed')
            as overlap_status,
        case
            when is_drawn and draw_p_value < {{ var('srm_level') }} then 'failed'
            when is_drawn then 'passed'
            else {{ balance_status('max_smd', 'smd_limit') }}
        end as balance_status,
        case
            when is_placebo_passed is null then 'doubtful'
            when is_placebo_passed then 'passed'
            else 'failed'
        end as placebo_status,
        case
            when treated_contaminated_share + control_contaminated_share = 0
                then 'passed'
            when change_p_value >= {{ var('refutation_level') }} then 'passed'
            else 'doubtful'
        end as interference_status,
        if(
            least(n_treated_households, n_control_households)
            < {{ var('min_group_households') }},
            'failed',
            'passed'
        ) as size_status
    from figures

),

findings as (

    select
        *,
        {{ overlap_reason(
            'needs_overlap', 'is_overlap_sufficient', 'overlap_evidence'
        ) }}
        || if(
            overlap_status = 'failed',
            ' The estimate extrapolates, so no interval is given.',
            ''
        ) as overlap_finding,
        if(
            is_drawn,
            {{ draw_finding('balance_status', 'n_sent', 'n_expected') }},
            {{ balance_finding(
                'balance_status', 'max_smd', 'smd_limit', 'worst_covariate'
            ) }}
        ) as balance_finding,
        {{ placebo_finding(
            'placebo_status', 'placebo_estimate', 'placebo_std_error', 'placebo_p_value'
        ) }} as placebo_finding,
        {{ interference_finding(
            'interference_status',
            'treated_contaminated_share',
            'control_contaminated_share',
            'uncontaminated_estimate',
            'change',
            'change_ci_lower',
            'change_ci_upper'
        ) }} as interference_finding,
        {{ size_finding(
            'size_status', 'n_treated_households', 'n_control_households'
        ) }} as size_finding
    from statuses

),

gates as (

    select
        design,
        estimand,
        estimator,
        is_drawn,
        unnest([1, 2, 3, 4, 5]) as position,
        unnest(['overlap', 'balance', 'placebo', 'interference', 'size']) as gate,
        unnest([
            overlap_status, balance_status, placebo_status, interference_status,
            size_status
        ]) as status,
        unnest([
            overlap_finding, balance_finding, placebo_finding, interference_finding,
            size_finding
        ]) as finding
    from findings

),

final as (

    select
        design,
        estimand,
        estimator,
        position,
        gate,
        status,
        finding
    from gates
    where not is_drawn or gate in ('balance', 'size')

)

select * from final
order by design, estimand, estimator, position
