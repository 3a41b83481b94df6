{#- What a coefficient of the regressions of changes says, as a sentence.
    Example: Poisson, sales, 0.02 -> 'Sales were 2.0 % higher than if they had changed
    like those of households that were not sent it.' -#}
{% macro regression_finding(model, outcome, estimate) -%}
    {%- set size = 'abs(' ~ estimate ~ ')' -%}
    {%- set direction -%}
        case when {{ estimate }} < 0 then ' lower' else ' higher' end
    {%- endset -%}
    {%- set otherwise -%}
        ' than if they had changed like those of households that were not sent it.'
    {%- endset -%}
    case
        when {{ outcome }} = 'sales_by_active_weeks'
            then
                'Of the difference in sales per week, ' || {{ in_money(estimate) }}
                || ' comes from the number of weeks with a purchase.'
        when {{ outcome }} = 'sales_by_sales_per_active_week'
            then
                'Of the difference in sales per week, ' || {{ in_money(estimate) }}
                || ' comes from the sales of a week with a purchase.'
        when {{ outcome }} = 'log1p_sales'
            then
                'Logs of 1 plus sales per week were ' || {{ in_digits(size, 3) }}
                || {{ direction }} || {{ otherwise }}
        when starts_with({{ model }}, 'Poisson')
            then
                case {{ outcome }} when 'sales' then 'Sales' else 'Visits' end || ' were '
                || {{ in_per_cent('abs(exp(' ~ estimate ~ ') - 1)', 1) }}
                || {{ direction }} || {{ otherwise }}
        when {{ outcome }} = 'active_weeks'
            then
                'Weeks with a purchase, of 100 weeks, were '
                || {{ in_digits('100 * ' ~ size, 1) }} || {{ direction }} || {{ otherwise }}
        when {{ outcome }} = 'sales'
            then
                'Sales per week were ' || {{ in_money(size) }}
                || {{ direction }} || {{ otherwise }}
        when {{ outcome }} = 'baskets'
            then
                'Visits per week were ' || {{ in_digits(size, 3) }}
                || {{ direction }} || {{ otherwise }}
        when {{ outcome }} = 'units'
            then
                'Units per week were ' || {{ in_digits(size, 2) }}
                || {{ direction }} || {{ otherwise }}
    end
{%- endmacro %}
