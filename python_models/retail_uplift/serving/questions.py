"""Asks the published build what the dashboard and the report show.

Each function is one question. Its SQL is fixed; what a reader chose arrives as a
parameter. A table that was not published answers with no rows, because pages say what
is missing; columns that identify households may be missing as well.
"""

import json
import re
from typing import NamedTuple

import duckdb
import pandas as pd

from retail_uplift.figures.drawing import Currency

TABLE = re.compile(r"\b(marts|evidence|history)\.([a-z_]+)")  # in SQL
DEFAULT_DECIMALS = 2  # of var currency_decimals


class Money(NamedTuple):
    """How amounts of a build are written."""

    currency: Currency = Currency()
    decimals: int = DEFAULT_DECIMALS


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, *values: object
) -> pd.DataFrame:
    """Return the rows of a query, or none if a table of it is not published."""
    for schema, name in TABLE.findall(sql):
        found = connection.execute(
            "select 1 from information_schema.tables "
            "where table_schema = ? and table_name = ?",
            [schema, name],
        ).fetchone()
        if not found:
            return pd.DataFrame()
    return connection.execute(sql, list(values)).df()


def manifest(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the row of the newest build, or none."""
    sql = "from marts.run_manifest order by started_at desc limit 1"
    return _rows(connection, sql)


def money(connection: duckdb.DuckDBPyConnection) -> Money:
    """Return what amounts are called and their decimal places, as built."""
    rows = manifest(connection)
    if rows.empty:
        return Money()
    build = rows.iloc[0]
    decimals = json.loads(build["overridden_vars"]).get("currency_decimals")
    return Money(
        Currency(build["currency_name"], build["currency_symbol"]),
        DEFAULT_DECIMALS if decimals is None else int(decimals),
    )


def wings(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return which build each wing is from; none in the file of a build."""
    sql = "from marts.published_wings order by wing"
    return _rows(connection, sql)


def left_out(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return which rows of the raw tables are not used, and why."""
    sql = """
        select table_name, fate, reason, n_left_out, n_rows
        from evidence.fct_left_out_rows order by table_name, fate, reason"""
    return _rows(connection, sql)


def verdicts(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the answers of the primary design, with whether it was a random trial."""
    sql = """
        with drawn as (
            select design, bool_and(known_propensity is not null) as is_randomised
            from marts.fct_trial_units group by design
        )
        select fct_verdicts.*, coalesce(drawn.is_randomised, false) as is_randomised
        from marts.fct_verdicts left join drawn using (design)
        where is_primary_design order by question_id"""
    return _rows(connection, sql)


# --- customers ------------------------------------------------------------------------


def segments(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the segments with the mean yearly value of their households."""
    sql = """
        with worth as (
            select segment_id, avg(clv) as mean_clv, sum(clv) as clv
            from marts.fct_household_clv group by segment_id
        )
        select * from marts.dim_segments left join worth using (segment_id)
        order by segment_id"""
    return _rows(connection, sql)


def profiles(connection: duckdb.DuckDBPyConnection, segment_id: int) -> pd.DataFrame:
    """Return what sets a segment apart, the most unusual feature first."""
    sql = """
        from marts.fct_segment_profiles where segment_id = ? and is_reduced
        order by abs(z_score) desc, feature"""
    return _rows(connection, sql, segment_id)


def migration(connection: duckdb.DuckDBPyConnection, segment_id: int) -> pd.DataFrame:
    """Return where the households of a segment went, the most frequent first."""
    sql = """
        from marts.fct_segment_migration where from_segment_id = ?
        order by n_households desc, to_segment_id"""
    return _rows(connection, sql, segment_id)


def value_by_need(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the cells of value tiers and needs that have households."""
    sql = """
        from marts.fct_value_need_matrix
        where need_option = 'across_tiers' and n_households > 0
        order by sales_share desc, value_tier, need_type"""
    return _rows(connection, sql)


def households(connection: duckdb.DuckDBPyConnection, segment_id: int) -> pd.DataFrame:
    """Return the households of a segment by value; no ids if none are published."""
    sql = """
        select columns(
            name -> name in (
                'source_household_id', 'value_tier', 'need_type', 'clv', 'recency',
                'frequency', 'monetary_sales', 'coupon_savings_ratio', 'n_campaigns'
            )
        )
        from marts.dim_households where segment_id = ?
        order by clv desc, monetary_sales desc"""
    return _rows(connection, sql, segment_id)


# --- campaigns ------------------------------------------------------------------------


def campaigns(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the verdict on every campaign, with its dates, the first one first."""
    sql = """
        select verdicts.*, profiles.start_date, profiles.end_date,
            profiles.redemption_rate, profiles.source_campaign_id
        from marts.fct_campaign_verdicts as verdicts
        left join marts.fct_campaign_profiles as profiles using (campaign_id)
        order by profiles.start_date, campaign_id"""
    return _rows(connection, sql)


def weekly_sales(
    connection: duckdb.DuckDBPyConnection, campaign_id: int
) -> pd.DataFrame:
    """Return the mean weekly sales of both groups around a campaign."""
    sql = """
        select relative_week, is_sent, avg(sales) as mean_sales,
            stddev_samp(sales) / sqrt(count(*)) as std_error, count(*) as n_households
        from marts.fct_campaign_weeks where campaign_id = ?
        group by relative_week, is_sent order by relative_week, is_sent"""
    return _rows(connection, sql, campaign_id)


def time_course(connection: duckdb.DuckDBPyConnection, scope: str) -> pd.DataFrame:
    """Return what a campaign (or type) added to sales, week by week from its start."""
    sql = """
        from marts.fct_campaign_time_course where scope = ? and outcome = 'sales'
        order by relative_week"""
    return _rows(connection, sql, scope)


# --- whom next ------------------------------------------------------------------------


def policy_values(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the policies of the primary design where they can be compared."""
    sql = """
        select policies.*, choices.is_recommended, choices.decision
        from marts.fct_policy_values as policies
        left join evidence.fct_policy_choice as choices
            using (design, population, policy)
        where policies.is_decisive and policies.design in (
            select design from marts.fct_verdicts where is_primary_design
        )
        order by policies.profit desc, policies.policy"""
    return _rows(connection, sql)


def policy_units(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the scored units of the primary design, of the population that decides."""
    sql = """
        from evidence.fct_policy_units
        where (design, population) in (
            select (design, population) from marts.fct_policy_values
            where is_decisive and design in (
                select design from marts.fct_verdicts where is_primary_design
            )
        )
        order by split_id, unit_number"""
    return _rows(connection, sql)


def segment_actions(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return what a contact earns and what to do in each segment, primary design."""
    sql = """
        from marts.fct_segment_actions where design in (
            select design from marts.fct_verdicts where is_primary_design
        )
        order by segment_id"""
    return _rows(connection, sql)


def list_summary(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return what the list costs and is expected to bring, by decision."""
    sql = "from marts.fct_list_summary order by position"
    return _rows(connection, sql)


def campaign_list(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the list, best expected profit first; none without published ids."""
    sql = """
        from marts.fct_campaign_list
        order by
            is_assigned desc, expected_profit desc nulls last, segment_id, propensity"""
    return _rows(connection, sql)


def rollout(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return what happens after the list."""
    return _rows(
        connection,
        "from marts.fct_rollout_plan order by position",
    )


# --- evidence -------------------------------------------------------------------------


def assumptions(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return what the primary design takes for granted."""
    sql = """
        from marts.fct_assumptions where design in (
            select design from marts.fct_verdicts where is_primary_design
        )
        order by position"""
    return _rows(connection, sql)


def gates(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the checks of the main figure on sales, of every design."""
    sql = """
        from marts.fct_effect_estimates
        where is_headline and outcome = 'purchase_amount' order by design"""
    return _rows(connection, sql)


def refutations(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the attempts to refute the main figure on sales, primary design."""
    sql = """
        from evidence.fct_refutations
        where is_headline and outcome = 'purchase_amount' and design in (
            select design from marts.fct_verdicts where is_primary_design
        )
        order by refuter"""
    return _rows(connection, sql)


def sensitivity(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return by what the effect on sales would be explained away, primary design."""
    sql = """
        from evidence.fct_sensitivity
        where outcome = 'purchase_amount' and design in (
            select design from marts.fct_verdicts where is_primary_design
        )
        order by analysis, confounder_strength, scenario"""
    return _rows(connection, sql)


def audit(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return how estimators did where the truth is known; none before an audit."""
    sql = (
        "from evidence.fct_estimator_audit order by design, world, estimand, estimator"
    )
    return _rows(connection, sql)


def populations(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return about which units each design can speak."""
    sql = "from evidence.fct_target_populations order by design, population"
    return _rows(connection, sql)


# --- data -----------------------------------------------------------------------------


def run_differences(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return what changed since the build before, what is unexplained first."""
    sql = """
        from marts.fct_run_differences
        order by kind != 'all', is_unexplained desc nulls last, kind, name"""
    return _rows(connection, sql)


def drift(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return what must be fitted again, the answer first."""
    sql = "from marts.fct_drift order by kind != 'all', is_drifted desc, kind, name"
    return _rows(connection, sql)


def history(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the builds that are remembered, the newest first."""
    sql = """
        select invocation_id, max(built_at) as built_at, any_value(edition) as edition,
            bool_or(is_full_build) as is_full_build
        from history.run_history group by invocation_id order by built_at desc"""
    return _rows(connection, sql)
