"""The described cohorts of the source study, built again and compared by regression."""

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

pytestmark = pytest.mark.slow


class Shop:
    """What cohorts are made of, as pandas frames."""

    def __init__(self, real: duckdb.DuckDBPyConnection) -> None:
        days = real.sql(
            "select household_id, day, n_baskets, cast(sales_value as double) as sales "
            "from intermediate.int_purchase_days"
        ).df()
        self.campaigns = real.sql("from staging.stg_campaigns").df()
        targets = real.sql("from staging.stg_campaign_targets where is_sent").df()
        self.sent = {
            (target.household_id, target.campaign_id) for target in targets.itertuples()
        }
        self.zero = self.campaigns.query("campaign_type == 'A'")["start_day"].min()
        bought = days[days["n_baskets"] > 0].groupby("household_id")["day"]
        is_base = (bought.min() < self.zero) & (bought.max() >= self.zero)
        self.base = is_base.index[is_base].to_numpy()
        self.last_day = int(days["day"].max())
        # Sales of household and day, summed up to each day.
        grid = days.pivot_table(
            index="household_id", columns="day", values="sales", aggfunc="sum"
        )
        grid = grid.reindex(index=self.base, columns=range(1, self.last_day + 1))
        self.totals = grid.fillna(0).to_numpy().cumsum(axis=1)

    def weekly(self, first: int, last: int) -> np.ndarray:
        """Return the base households' sales a week from one day to another."""
        before = self.totals[:, first - 2] if first > 1 else 0.0
        return 7 * (self.totals[:, last - 1] - before) / (last - first + 1)

    def panel(self, windows: pd.Series) -> pd.DataFrame:
        """Return the panel's rows with sales before and after, where both are known."""
        parts = []
        for campaign in self.campaigns.itertuples():
            start, end = campaign.start_day, windows[campaign.campaign_id]
            length = end - start + 1
            if start - length < 1:
                continue
            part = pd.DataFrame(
                {
                    "household_id": self.base,
                    "campaign_id": campaign.campaign_id,
                    "campaign_type": campaign.campaign_type,
                    "before": self.weekly(start - length, start - 1),
                    "after": self.weekly(start, end),
                }
            )
            parts.append(part)
        rows = pd.concat(parts, ignore_index=True)
        rows["is_treated"] = [
            (row.household_id, row.campaign_id) in self.sent
            for row in rows.itertuples()
        ]
        return rows

    def households(self) -> pd.DataFrame:
        """Return the base households with what they were sent, in order of time."""
        order = self.campaigns.sort_values(["start_day", "campaign_id"])
        types = [
            [
                campaign.campaign_type
                for campaign in order.itertuples()
                if (household, campaign.campaign_id) in self.sent
            ]
            for household in self.base
        ]
        return pd.DataFrame(
            {
                "household_id": self.base,
                "campaign_id": 0,
                "types": types,
                "before": self.weekly(1, self.zero - 1),
                "after": self.weekly(self.zero, self.last_day),
            }
        )


def regression(rows: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """Return the mean of the campaigns' differences, weighted by their treated rows.

    It is the coefficient of treatment where each campaign's indicator, less its share
    of the treated, goes in alone and times treatment (Imbens and Wooldridge 2009).
    """
    both = rows.groupby("campaign_id")["is_treated"].transform("nunique") == 2
    rows = rows[both]
    treated = rows["is_treated"].to_numpy(dtype=float)
    strata = pd.get_dummies(rows["campaign_id"], dtype=float)
    shares = strata[treated == 1].mean()
    centred = (strata - shares).iloc[:, 1:].to_numpy()
    X = np.column_stack(
        [np.ones(len(rows)), treated, centred, centred * treated[:, None]]
    )
    fit = sm.OLS(rows[outcome].to_numpy(), X).fit(
        cov_type="cluster",
        cov_kwds={
            "groups": rows["household_id"].to_numpy(),
            "use_correction": True,
            "df_correction": False,
        },
    )
    n_clusters = rows["household_id"].nunique()
    # statsmodels also counts the columns of X; the project counts households alone.
    n_rows, n_columns = X.shape
    scale = np.sqrt((n_rows - n_columns) / (n_rows - 1))
    assert n_clusters > 100
    return float(fit.params[1]), float(fit.bse[1] * scale)


def test_described_cohorts_are_those_of_their_definitions(
    real: duckdb.DuckDBPyConnection,
) -> None:
    shop = Shop(real)
    windows = (
        real.sql(
            "select campaign_id, outcome_end_day from intermediate.int_trial_campaigns "
            "where design = 'first_any'"
        )
        .df()
        .set_index("campaign_id")["outcome_end_day"]
    )
    found = real.sql("from evidence.fct_cohort_summary").df().set_index("cohort")
    panel = shop.panel(windows)
    households = shop.households()
    types = households["types"]
    is_first = types.map(lambda sent: sent[:1] == ["A"])
    is_never = types.map(len) == 0
    is_other = ~is_never & ~types.map(lambda sent: "A" in sent)
    ever = households.assign(is_treated=types.map(lambda sent: "A" in sent))
    first = households.assign(is_treated=is_first)
    cohorts = {
        "panel_all": panel,
        "panel_type_a": panel.query("campaign_type == 'A'"),
        **{
            f"panel_all, type {kind}": part
            for kind, part in panel.groupby("campaign_type")
        },
        "household_type_a": ever,
        "first_overall_type_a": first[is_first | is_never | is_other],
        "first_overall_type_a, never sent": first[is_first | is_never],
        "first_overall_type_a, other types only": first[is_first | is_other],
    }
    for cohort, rows in cohorts.items():
        own = found.loc[cohort]
        if "panel" not in cohort:
            assert own["n_rows"] == len(rows)
            assert own["n_treated"] == rows["is_treated"].sum()
            sendings = rows["types"].explode().dropna()
            assert own["n_sendings"] == len(sendings)
            assert own["n_studied_sendings"] == (sendings == "A").sum()
            assert own["n_households_sent"] == (rows["types"].map(len) > 0).sum()
        for outcome, name in (
            ("after", "sales_difference"),
            ("before", "sales_difference_before"),
        ):
            estimate, std_error = regression(rows, outcome)
            assert own[name] == pytest.approx(estimate, rel=1e-9), cohort
            assert own[f"{name}_std_error"] == pytest.approx(std_error, rel=1e-6), (
                cohort
            )
    assert found.loc["panel_all", "n_rows"] == len(shop.base) * len(shop.campaigns)
    neither = found.loc["first_overall_type_a, neither arm", "n_rows"]
    assert neither == (~(is_first | is_never | is_other)).sum()
