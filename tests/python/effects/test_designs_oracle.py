"""Who stands in which trial, when, with what outcome: from the raw files by pandas.

The oracle reads the parquet files of the bundled data and the seed of the designs, and
nothing of the warehouse.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from dbt_runner import REPOSITORY

from retail_uplift import frames as _frames
from retail_uplift.warehouse_plugin import bundled_data_dir

VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))[
    "vars"
]
DESIGNS = pd.read_csv(REPOSITORY / "seeds/behaviour/designs.csv", index_col="design")
# The real year held nobody out, and TypeA is what it studies.
DESIGNS = DESIGNS[DESIGNS["control_rule"] != "held out"].replace(
    {"campaign_types": {"studied": "A", "all": "ABC"}}
)
EVERY_DESIGN = sorted(DESIGNS.index)
NOT_YET_SENT = sorted(DESIGNS.index[DESIGNS["control_rule"] == "not yet sent"])
NEVER_SENT = sorted(DESIGNS.index[DESIGNS["control_rule"] == "never sent"])
SHIFTED = sorted(DESIGNS.index[DESIGNS["is_shifted"]])
MAIN = sorted(DESIGNS.index[DESIGNS["role"] == "main"])
UNIT = ["campaign_id", "household_id"]
WINDOW = ["time_zero_day", "lookback_start_day", "lookback_end_day", "outcome_end_day"]
LOOKBACK_DAYS = VARS["lookback_days"]["completejourney"]

slow = pytest.mark.slow


def day_number(dates: pd.Series) -> pd.Series:
    """Return 1 for 1 January 2017."""
    return (pd.to_datetime(dates) - pd.Timestamp("2016-12-31")).dt.days


@dataclass(frozen=True)
class Raw:
    """The bundled files, with day numbers in the shops' own time zone."""

    folder: Path

    def read(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")

    @cached_property
    def lines(self) -> pd.DataFrame:
        lines = self.read("transactions")
        shopped = lines["transaction_timestamp"].dt.tz_localize("UTC")
        shopped = shopped.dt.tz_convert("America/New_York").dt.tz_localize(None)
        cents = (lines["sales_value"] * 100).round().astype("int64")
        return lines[["household_id", "basket_id", "product_id"]].assign(
            day=day_number(shopped.dt.normalize()), cents=cents
        )

    @cached_property
    def campaigns(self) -> pd.DataFrame:
        """Campaigns in the order of time."""
        rows = self.read("campaign_descriptions")
        rows = rows.assign(
            letter=rows["campaign_type"].str.removeprefix("Type "),
            start_day=day_number(rows["start_date"]),
            end_day=day_number(rows["end_date"]),
        )
        return rows.sort_values(["start_day", "campaign_id"]).set_index("campaign_id")

    @cached_property
    def sent(self) -> pd.DataFrame:
        """Household, campaign and the campaign's type and start."""
        return self.read("campaigns").join(
            self.campaigns[["letter", "start_day"]], on="campaign_id"
        )

    @cached_property
    def redemptions(self) -> pd.DataFrame:
        rows = self.read("coupon_redemptions")
        return rows.assign(day=day_number(rows["redemption_date"]))

    @cached_property
    def coupon_products(self) -> dict[int, set[int]]:
        coupons = self.read("coupons")
        return coupons.groupby("campaign_id")["product_id"].agg(set).to_dict()

    @cached_property
    def candidates(self) -> dict[str, pd.DataFrame]:
        return {design: self._candidates(design) for design in EVERY_DESIGN}

    def trials(self, design: str) -> pd.DataFrame:
        """Return the windows of the campaigns that a design can use."""
        rule = DESIGNS.loc[design]
        last_day = self.lines["day"].max()
        rows = []
        for campaign in self.campaigns.itertuples():
            if campaign.letter not in rule["campaign_types"]:
                continue
            later = self.campaigns[
                (self.campaigns["letter"] == "A")
                & (self.campaigns["start_day"] > campaign.start_day)
            ]
            last = campaign.end_day + VARS["washout_days"]
            if not np.isnan(rule["outcome_days"]):
                last = campaign.start_day + int(rule["outcome_days"]) - 1
            elif not np.isnan(rule["washout_days"]):
                last = campaign.end_day + int(rule["washout_days"])
            if len(later):
                eve = later["start_day"].min() - 1
                last = min(last, max(campaign.end_day, eve))
            last = min(last, last_day)
            first = campaign.start_day
            if rule["is_shifted"]:
                n_days = last - first + 1
                first, last = first - n_days, first - 1
            n_lookback = int(LOOKBACK_DAYS * rule["lookback_ratio"])
            n_left = last_day - campaign.start_day + 1
            if first - n_lookback >= 1 and n_left >= VARS["min_outcome_days"]:
                rows.append(
                    (campaign.Index, first, first - n_lookback, first - 1, last)
                )
        return pd.DataFrame(rows, columns=["campaign_id", *WINDOW])

    def _candidates(self, design: str) -> pd.DataFrame:
        """Return who could stand in each trial, and in which arm.

        A household that was sent a campaign of the design before is out of the trial.
        """
        rule = DESIGNS.loc[design]
        sent = self.sent[self.sent["letter"].isin(list(rule["campaign_types"]))]
        everyone = set(self.lines["household_id"])
        ever = set(sent["household_id"])
        order = list(self.campaigns.index)
        frames = []
        for trial in self.trials(design).itertuples():
            earlier = order[: order.index(trial.campaign_id)]
            before = set(sent.loc[sent["campaign_id"].isin(earlier), "household_id"])
            now = set(
                sent.loc[sent["campaign_id"] == trial.campaign_id, "household_id"]
            )
            if rule["control_rule"] == "not yet sent":
                controls = everyone - before - now
            else:
                controls = everyone - ever
            bought = set(
                self.lines.loc[
                    self.lines["day"].between(
                        trial.lookback_start_day, trial.lookback_end_day
                    ),
                    "household_id",
                ]
            )
            for is_treated, households in ((True, now - before), (False, controls)):
                frames.append(
                    pd.DataFrame({"household_id": sorted(households & bought)}).assign(
                        campaign_id=trial.campaign_id,
                        is_treated=is_treated,
                        **{name: getattr(trial, name) for name in WINDOW},
                    )
                )
        return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def raw() -> Raw:
    return Raw(bundled_data_dir())


@pytest.fixture(scope="module")
def units(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql("from intermediate.int_trial_units").df()


def keys(frame: pd.DataFrame, *columns: str) -> set[tuple]:
    return set(frame[[*UNIT, *columns]].itertuples(index=False, name=None))


def test_the_fits_and_the_sql_ask_for_as_many_households() -> None:
    assert VARS["min_arm_households"] == _frames.MIN_ARM_HOUSEHOLDS


# --- who stands where ---------------------------------------------------------------


@slow
@pytest.mark.parametrize("design", EVERY_DESIGN)
def test_the_treated_are_those_who_were_sent_their_first_campaign(
    raw: Raw, units: pd.DataFrame, design: str
) -> None:
    own = units[units["design"] == design]
    expected = raw.candidates[design]
    columns = ["is_treated", *WINDOW]
    assert keys(own[own["is_treated"]], *columns) == keys(
        expected[expected["is_treated"]], *columns
    )
    assert keys(own, *columns) <= keys(expected, *columns)
    # Of those that could be a control, none is out of the sample without a reason.
    trials_with_treated = set(own.loc[own["is_treated"], "campaign_id"])
    usable = expected[expected["campaign_id"].isin(trials_with_treated)]
    controls = usable[~usable["is_treated"]]
    if design in NOT_YET_SENT:
        assert keys(own, *columns) == keys(usable, *columns)
    else:
        drawn = own.loc[~own["is_treated"], "household_id"]
        assert drawn.is_unique
        assert set(drawn) == set(controls["household_id"])


@slow
def test_trials_have_as_many_households_as_the_raw_files_say(
    raw: Raw, units: pd.DataFrame
) -> None:
    """The figures of campaign_trials, for the reader: 27 starts too early."""
    own = units[units["design"] == "campaign_trials"]
    counts = own.groupby(["campaign_id", "is_treated"]).size().to_dict()
    assert counts == {
        (8, False): 1_114,
        (8, True): 823,
        (13, False): 982,
        (13, True): 162,
        (18, False): 843,
        (18, True): 141,
    }
    expected = raw.candidates["campaign_trials"]
    assert expected.groupby(["campaign_id", "is_treated"]).size().to_dict() == counts
    # Nobody was sent a TypeA campaign before time zero, also none that is no trial.
    of_type_a = raw.sent[raw.sent["letter"] == "A"]
    sent = own.merge(of_type_a, on="household_id", suffixes=("", "_sent"))
    assert (sent["start_day"] >= sent["time_zero_day"]).all()
    # Nor is a control sent one while its outcome is counted.
    late = sent[~sent["is_treated"]]
    assert len(late)
    assert (late["start_day"] > late["outcome_end_day"]).all()


@slow
def test_a_household_is_a_control_in_every_trial_until_it_is_sent_one(
    raw: Raw, units: pd.DataFrame
) -> None:
    own = units[units["design"] == "campaign_trials"]
    assert own["household_id"].value_counts().max() == 3
    treated = own[own["is_treated"]]
    assert treated["household_id"].is_unique
    both = treated.merge(own[~own["is_treated"]], on="household_id")
    assert len(both)
    # As a control before it was treated, never after.
    assert (both["time_zero_day_y"] < both["time_zero_day_x"]).all()
    # Where controls were never sent a campaign, the treated are no one's controls.
    for design in NEVER_SENT:
        rows = units[units["design"] == design]
        assert rows["household_id"].is_unique
        types = list(DESIGNS.loc[design, "campaign_types"])
        ever = raw.sent.loc[raw.sent["letter"].isin(types), "household_id"]
        assert set(rows.loc[~rows["is_treated"], "household_id"]).isdisjoint(ever)


@slow
def test_the_first_campaign_of_any_type_is_the_trial_of_first_any(
    raw: Raw, units: pd.DataFrame
) -> None:
    treated = units[(units["design"] == "first_any") & units["is_treated"]]
    first = (
        raw.sent.sort_values(["start_day", "campaign_id"])
        .groupby("household_id")[["campaign_id", "letter"]]
        .first()
    )
    own = first.loc[treated["household_id"]]
    assert (own["campaign_id"].to_numpy() == treated["campaign_id"].to_numpy()).all()
    assert set(own["letter"]) == {"A", "B", "C"}
    # Sent a campaign that is no trial: treated before we look.
    usable = set(raw.trials("first_any")["campaign_id"])
    too_early = first.index[~first["campaign_id"].isin(usable)]
    assert len(too_early) > 100
    assert set(treated["household_id"]).isdisjoint(too_early)


@slow
@pytest.mark.parametrize("design", NEVER_SENT)
def test_controls_are_drawn_in_proportion_to_the_treated(
    raw: Raw, units: pd.DataFrame, design: str
) -> None:
    """Of the campaigns in whose look-back it bought, each control is drawn for one."""
    own = units[units["design"] == design]
    n_treated = own[own["is_treated"]].groupby("campaign_id").size()
    rows = raw.candidates[design]
    rows = rows[~rows["is_treated"] & rows["campaign_id"].isin(n_treated.index)]
    weight = rows["campaign_id"].map(n_treated)
    chance = weight / weight.groupby(rows["household_id"]).transform("sum")
    expected = chance.groupby(rows["campaign_id"]).sum()
    spread = np.sqrt((chance * (1 - chance)).groupby(rows["campaign_id"]).sum())
    drawn = own[~own["is_treated"]].groupby("campaign_id").size()
    drawn = drawn.reindex(expected.index, fill_value=0)
    # Of 62 counts in all; four standard deviations are one in 16,000.
    assert ((drawn - expected).abs() <= 4 * spread).all()


# --- placebos -----------------------------------------------------------------------


@slow
@pytest.mark.parametrize("design", SHIFTED)
def test_a_placebo_ends_the_day_before_its_campaign(
    raw: Raw, real: duckdb.DuckDBPyConnection, units: pd.DataFrame, design: str
) -> None:
    """Its outcome, its look-back and its covariates lie before the campaign."""
    main = DESIGNS.loc[design, "variant_of"]
    own = units[units["design"] == design]
    starts = own["campaign_id"].map(raw.campaigns["start_day"])
    assert (own["outcome_end_day"] == starts - 1).all()
    windows = raw.trials(main).set_index("campaign_id")
    n_days = windows["outcome_end_day"] - windows["time_zero_day"] + 1
    assert (own["n_outcome_days"] == own["campaign_id"].map(n_days)).all()
    assert (own["time_zero_day"] == starts - own["n_outcome_days"]).all()
    assert (own["lookback_end_day"] == own["time_zero_day"] - 1).all()
    assert (own["lookback_start_day"] == own["time_zero_day"] - LOOKBACK_DAYS).all()
    # Nobody was sent a campaign of the design before the end of the placebo's outcome.
    types = list(DESIGNS.loc[design, "campaign_types"])
    sent = own.merge(
        raw.sent[raw.sent["letter"].isin(types)],
        on="household_id",
        suffixes=("", "_sent"),
    )
    assert len(sent)
    assert (sent["start_day"] > sent["outcome_end_day"]).all()
    # And its covariates are those of its own look-back.
    read = real.sql(
        f"""
        select
            units.lookback_start_day,
            units.lookback_end_day,
            features.start_day,
            features.end_day,
            features.last_purchase_day,
            features.monetary_sales as feature,
            covariates.monetary_sales as covariate
        from intermediate.int_trial_units as units
        inner join intermediate.int_unit_covariates as covariates
            using (design, campaign_id, household_id)
        inner join intermediate.int_window_features as features
            using (household_id, window_id)
        where design = '{design}'
        """
    ).df()
    assert len(read) == len(own)
    assert (read["start_day"] == read["lookback_start_day"]).all()
    assert (read["end_day"] == read["lookback_end_day"]).all()
    assert (read["last_purchase_day"] <= read["lookback_end_day"]).all()
    assert (read["feature"].astype(float) == read["covariate"]).all()


@slow
@pytest.mark.parametrize("design", EVERY_DESIGN)
def test_exposures_are_those_of_the_raw_files(
    raw: Raw, real: duckdb.DuckDBPyConnection, units: pd.DataFrame, design: str
) -> None:
    """Other campaigns that a household was sent, before and after time zero."""
    own = units.loc[units["design"] == design, [*UNIT, *WINDOW]]
    sent = raw.sent[UNIT].join(raw.campaigns[["start_day", "end_day"]], on=UNIT[0])
    others = own.merge(sent, on="household_id", suffixes=("", "_other"))
    others = others[others["campaign_id"] != others["campaign_id_other"]]
    start, end = others["start_day"], others["end_day"]
    earlier = start < others["time_zero_day"]
    counts = others[UNIT].assign(
        n_campaigns_before=earlier & (end >= others["lookback_start_day"]),
        n_campaigns_running=earlier & (end >= others["time_zero_day"]),
        n_campaigns_during=~earlier & (start <= others["outcome_end_day"]),
    )
    expected = counts.groupby(UNIT).sum().reindex(own.set_index(UNIT).index)
    expected = expected.fillna(0).astype("int64").sort_index()
    built = real.sql(
        f"from intermediate.int_exposure_ledger where design = '{design}'"
    ).df()
    built = built.set_index(UNIT).sort_index()
    pd.testing.assert_frame_equal(built[expected.columns], expected)
    assert (built["is_contaminated"] == (expected["n_campaigns_during"] > 0)).all()


# --- outcomes -----------------------------------------------------------------------


@slow
@pytest.mark.parametrize("design", EVERY_DESIGN)
def test_outcomes_are_those_of_the_raw_files(
    raw: Raw, real: duckdb.DuckDBPyConnection, units: pd.DataFrame, design: str
) -> None:
    own = units[units["design"] == design]
    expected = []
    for campaign_id, trial in own.groupby("campaign_id"):
        ((first, last),) = (
            trial[["time_zero_day", "outcome_end_day"]].drop_duplicates().to_numpy()
        )
        lines = raw.lines[raw.lines["day"].between(first, last)]
        products = raw.coupon_products.get(campaign_id, set())
        of_coupons = lines[lines["product_id"].isin(products)]
        redeemed = raw.redemptions[
            (raw.redemptions["campaign_id"] == campaign_id)
            & raw.redemptions["day"].between(first, last)
        ]
        sums = pd.DataFrame(
            {
                "amount": lines.groupby("household_id")["cents"].sum(),
                "baskets": lines.groupby("household_id")["basket_id"].nunique(),
                "category": of_coupons.groupby("household_id")["cents"].sum(),
                "coupons": redeemed.groupby("household_id").size(),
            }
        )
        sums = sums.reindex(trial["household_id"]).fillna(0)
        weeks = (last - first + 1) / 7
        expected.append(
            pd.DataFrame(
                {
                    "campaign_id": campaign_id,
                    "purchase_amount": sums["amount"] / 100,
                    "purchase_count": sums["baskets"],
                    "purchase_amount_per_week": sums["amount"] / 100 / weeks,
                    "purchase_count_per_week": sums["baskets"] / weeks,
                    "category_purchase": sums["category"] / 100,
                    "purchase_any": sums["baskets"] > 0,
                    "redemption_any": sums["coupons"] > 0,
                    "redemption_count": sums["coupons"],
                }
            ).reset_index()
        )
    expected = pd.concat(expected).set_index(UNIT).sort_index().astype(float)
    built = real.sql(
        f"from intermediate.int_trial_outcomes where design = '{design}'"
    ).df()
    built = built.set_index(UNIT).sort_index()[list(expected.columns)].astype(float)
    pd.testing.assert_frame_equal(built, expected, rtol=1e-9, atol=1e-9)
    # Coupons are the campaign's own: before it begins there is none to redeem.
    is_shifted = DESIGNS.loc[design, "is_shifted"]
    assert (built["redemption_count"].sum() == 0) == is_shifted
    assert built["category_purchase"].sum() > 0
    seed = pd.read_csv(REPOSITORY / "seeds/behaviour/outcomes.csv")["outcome"]
    assert set(seed) == set(expected.columns)


@slow
def test_the_marts_show_the_main_designs_alone_and_unchanged(
    real: duckdb.DuckDBPyConnection, raw: Raw
) -> None:
    tables = real.sql(
        "select distinct table_schema || '.' || table_name "
        "from information_schema.columns "
        "where table_schema in ('marts', 'evidence') and column_name = 'design'"
    ).fetchall()
    shown = {
        name: {
            design for (design,) in real.sql(f"select design from {name}").fetchall()
        }
        for (name,) in tables
    }
    assert len(shown) > 10
    others = {name: designs - set(MAIN) for name, designs in shown.items()}
    assert {name: found for name, found in others.items() if found} == {}
    mart = real.sql("from marts.fct_trial_units").df()
    assert sorted(mart["design"].unique()) == MAIN
    windows = ["time_zero_day", "lookback_start_day", "outcome_end_day"]
    for design, own in mart.groupby("design"):
        expected = raw.candidates[design]
        columns = ["is_treated", *windows]
        assert keys(own, *columns) <= keys(expected, *columns)
        outcomes = real.sql(
            f"from intermediate.int_trial_outcomes where design = '{design}'"
        ).df()
        own = own.set_index(UNIT).sort_index()
        outcomes = outcomes.set_index(UNIT).sort_index()
        shared = [name for name in own if name in outcomes and name != "design"]
        assert {"purchase_amount", "category_purchase", "redemption_any"} < set(shared)
        pd.testing.assert_frame_equal(
            own[shared].astype(float), outcomes[shared].astype(float)
        )


# --- variants -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def covariates(real: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return real.sql("from intermediate.int_unit_covariates").df()


@slow
@pytest.mark.parametrize("design", EVERY_DESIGN)
def test_a_design_drops_the_contaminated_units_if_it_says_so_and_no_other(
    real: duckdb.DuckDBPyConnection,
    units: pd.DataFrame,
    covariates: pd.DataFrame,
    design: str,
) -> None:
    sample = units[units["design"] == design]
    used = covariates[covariates["design"] == design]
    ledger = real.sql(
        f"from intermediate.int_exposure_ledger where design = '{design}'"
    ).df()
    contaminated = keys(ledger[ledger["is_contaminated"]])
    # Who was sent no campaign at all before the placebo's end, was sent none meanwhile.
    assert bool(contaminated) == (design != "first_any_shifted")
    dropped = contaminated if DESIGNS.loc[design, "drops_contaminated"] else set()
    assert keys(used) == keys(sample) - dropped
    if dropped:
        # Those who stay are as in the main design.
        main = covariates[covariates["design"] == DESIGNS.loc[design, "variant_of"]]
        assert keys(main) == keys(sample)
        stay = main.set_index(UNIT).drop(columns="design").sort_index()
        stay = stay.loc[~stay.index.isin(contaminated)]
        own = used.set_index(UNIT).drop(columns="design").sort_index()
        pd.testing.assert_frame_equal(own, stay)


DEMOGRAPHICS = {
    "age": "age_years",
    "income": "income_thousands",
    "home_ownership": "is_homeowner",
    "marital_status": "is_married",
    "household_size": "household_size",
    "kids_count": "n_kids",
}


@slow
@pytest.mark.parametrize("design", EVERY_DESIGN)
def test_demographics_are_covariates_only_where_the_design_says_so(
    raw: Raw, covariates: pd.DataFrame, design: str
) -> None:
    own = covariates[covariates["design"] == design].set_index("household_id")
    names = [*DEMOGRAPHICS.values(), *(f"{n}_stated" for n in DEMOGRAPHICS.values())]
    assert own[names].notna().all(axis=None)
    if not DESIGNS.loc[design, "uses_demographics"]:
        assert (own[names] == 0).all(axis=None)
        return
    levels = pd.read_csv(REPOSITORY / "seeds/raw_tables/demographic_levels.csv")
    levels = levels.set_index(["attribute", "level"])["value"]
    people = raw.read("demographics").set_index("household_id")
    for attribute, name in DEMOGRAPHICS.items():
        stated = people[attribute].map(levels[attribute]).reindex(own.index)
        assert stated.notna().sum() > 100
        np.testing.assert_array_equal(own[name], stated.fillna(0))
        np.testing.assert_array_equal(own[f"{name}_stated"], stated.notna())
    # Every level of the file has a number, but for those that say nothing.
    for attribute in DEMOGRAPHICS:
        without = set(people[attribute].dropna()) - set(levels[attribute].index)
        assert without <= {"Unknown", "None/Unknown"}, attribute
    # Nothing else differs from the main design.
    main = covariates[covariates["design"] == DESIGNS.loc[design, "variant_of"]]
    pd.testing.assert_frame_equal(
        own.reset_index().set_index(UNIT).sort_index().drop(columns=["design", *names]),
        main.set_index(UNIT).sort_index().drop(columns=["design", *names]),
    )


@slow
def test_sizes_are_counted_and_tell_which_designs_are_estimated(
    real: duckdb.DuckDBPyConnection, covariates: pd.DataFrame
) -> None:
    """Both arms must keep var min_arm_households while any fold is predicted."""
    folds = real.sql("from intermediate.int_folds").df()
    sizes = real.sql("from intermediate.int_design_sizes").df().set_index("design")
    # Arms that are drawn need no fit.
    drawn = sizes.loc["randomised_holdout"]
    assert not drawn["is_estimable"]
    sizes = sizes.drop(index="randomised_holdout")
    assert sorted(sizes.index) == EVERY_DESIGN
    for design, size in sizes.iterrows():
        own = covariates[covariates["design"] == design]
        left = []
        for is_treated, column in ((1, "treated"), (0, "control")):
            arm = own.loc[own["is_treated"] == is_treated, "household_id"].unique()
            assert size[f"n_{column}_households"] == len(arm)
            in_arm = folds[folds["household_id"].isin(arm)]
            largest = in_arm.groupby(["split_id", "fold"]).size().max()
            left.append(len(arm) - largest)
        assert size["is_estimable"] == (min(left) >= VARS["min_arm_households"])
        assert size["role"] == DESIGNS.loc[design, "role"]
    estimated = real.sql(
        "select distinct design from intermediate.int_estimation_units"
    ).df()["design"]
    assert set(estimated) == set(sizes.index[sizes["is_estimable"]])
    for table in ("fitted.py_propensity", "fitted.py_outcome_means"):
        fitted = real.sql(f"select distinct design from {table}").df()["design"]
        assert set(fitted) == set(estimated)
