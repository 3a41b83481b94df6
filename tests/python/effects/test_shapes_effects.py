"""Retailers whose campaigns leave no comparison, or the best one there is: a holdout.

An invented retailer without a table that it could do without. Each test says what its
campaigns are; the rest stays the same.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dbt_runner import BUILD_DATA, query, run_dbt_or_fail
from tiny_canonical import SMALL_FITS, write_tables

from retail_uplift.decisions.export_list import export_list

N_HOUSEHOLDS, N_DAYS = 240, 250
FIRST_DATE = date(2023, 1, 2)
START, END = 130, 150
MODELS_ONLY = ("--exclude-resource-type", "test", "unit_test")


def on(day: int) -> date:
    return FIRST_DATE + timedelta(days=int(day) - 1)


def names(numbers: np.ndarray) -> list[str]:
    return [f"H-{number:03d}" for number in numbers]


def lines(visits: np.ndarray, amounts: np.ndarray) -> pd.DataFrame:
    """Return one line for each visit of a matrix of households and days."""
    household, day = np.nonzero(visits)
    return pd.DataFrame(
        {
            "household_id": names(household),
            "basket_id": np.arange(len(day)) + 1,
            "product_id": 1 + (household + day) % 7,
            "transacted_on": [on(d + 1) for d in day],
            "quantity": 1,
            "sales_value": amounts[household, day].round(2),
        }
    )


def retailer(seed: int = 1) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    shape = (N_HOUSEHOLDS, N_DAYS)
    rates = rng.choice([0.08, 0.15, 0.3], N_HOUSEHOLDS)
    visits = rng.random(shape) < rates[:, None]
    departments = ["GROCERY", "PRODUCE", "MEAT", "PASTRY", "DRUG GM", "DELI", "GROCERY"]
    return {
        "transactions": lines(visits, rng.gamma(4, 5, shape)),
        "products": pd.DataFrame(
            {"product_id": range(1, 8), "department": departments, "brand": "National"}
        ),
    }


def campaigns(*rows: tuple) -> pd.DataFrame:
    columns = ["campaign_id", "campaign_type", "start_date", "end_date"]
    return pd.DataFrame(rows, columns=columns)


def sent(numbers, campaign_id: str = "S-1") -> pd.DataFrame:
    ids = names(np.asarray(numbers))
    return pd.DataFrame({"campaign_id": campaign_id, "household_id": ids})


SPRING = ("S-1", "Spring sale", on(START), on(END))
EVERYBODY = np.arange(N_HOUSEHOLDS)


def build(folder: Path, tables, command, **variables: object) -> Path:
    raw, warehouse = folder / "raw", folder / "retail_uplift.duckdb"
    write_tables(tables, raw)
    given = {"edition": "canonical", "raw_dir": str(raw)} | SMALL_FITS
    # As a retailer has it who names no type: all are studied.
    given |= {"studied_campaign_types": []} | variables
    run_dbt_or_fail(list(command), warehouse, vars=given)
    return warehouse


def part(model: str) -> tuple[str, ...]:
    return ("build", "--select", f"+{model}", *MODELS_ONLY)


@pytest.mark.parametrize(
    ("shape", "tables", "variables", "sentence"),
    [
        ("none", {}, {}, "No campaign was sent: the data hold none."),
        (
            "all_held_out",
            {
                "campaigns": campaigns(SPRING),
                "campaign_targets": sent(EVERYBODY).assign(is_holdout=True),
            },
            {},
            "No campaign was sent to a customer: campaign_targets names no household "
            "that was sent one and ever bought.",
        ),
        (
            "prospects",
            {
                "campaigns": campaigns(SPRING),
                "campaign_targets": sent(EVERYBODY + 500),
            },
            {},
            "No campaign was sent to a customer: campaign_targets names no household "
            "that was sent one and ever bought.",
        ),
        (
            "everybody",
            {
                "campaigns": campaigns(("S-1", None, on(START), on(END))),
                "campaign_targets": sent(EVERYBODY),
            },
            {},
            "Every customer with a purchase in the 91 days before a campaign was sent "
            "it: there is no comparison group.",
        ),
        (
            "few",
            {"campaigns": campaigns(SPRING), "campaign_targets": sent(EVERYBODY[:20])},
            {},
            "Only 20 comparable households were sent a campaign: at least 75 are "
            "needed.",
        ),
        (
            "out_of_time",
            {
                "campaigns": campaigns(
                    ("early", "A", on(20), on(30)), ("late", "A", on(240), on(249))
                ),
                "campaign_targets": pd.concat(
                    [sent(EVERYBODY[:90], "early"), sent(EVERYBODY[90:180], "late")]
                ),
            },
            {},
            "None of the 2 campaigns can be studied: no full look-back in the data or "
            "too few days left before the data end.",
        ),
        (
            # A type is a whole name: neither A1 nor Spring sale is one of type A.
            "other_types",
            {
                "campaigns": campaigns(("S-1", "A1", on(START), on(END))),
                "campaign_targets": sent(EVERYBODY[:120]),
            },
            {"studied_campaign_types": ["A", "Spring"]},
            "No campaign can be studied: none is of a studied type.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_the_missing_comparison_is_named(
    shape, tables, variables, sentence, scratch_folder: Path
):
    warehouse = build(
        scratch_folder / "shapes" / shape,
        retailer() | tables,
        part("int_design_obstacles"),
        **variables,
    )
    found = query(
        warehouse,
        "select sentence from intermediate.int_design_obstacles "
        "where design = 'campaign_trials'",
    )
    assert found == [(sentence,)]
    treated = query(
        warehouse,
        "select count(*) from intermediate.int_trial_units "
        "where is_treated and campaign_id in "
        "(select campaign_id from staging.stg_campaign_targets where not is_sent)",
    )
    assert treated == [(0,)]


@pytest.fixture(scope="module")
def nothing(scratch_folder: Path) -> Path:
    """A whole build in another currency of a retailer who sent everybody everything."""
    tables = retailer() | {
        "campaigns": campaigns(("S-1", None, on(START), on(END))),
        "campaign_targets": sent(EVERYBODY),
    }
    return build(
        scratch_folder / "nothing",
        tables,
        BUILD_DATA,
        currency_name="dong",
        currency_symbol="₫",
        currency_decimals=0,
    )


def test_without_a_comparison_customers_are_published_and_effects_are_empty(
    nothing: Path,
):
    for (table,) in query(
        nothing,
        "select table_schema || '.' || table_name from information_schema.columns "
        "where table_schema in ('marts', 'evidence') and column_name = 'design' "
        "and table_name not in ('fct_verdicts', 'fct_trial_exclusions', "
        "'fct_trial_units', 'fct_estimator_audit')",
    ):
        assert query(nothing, f"select count(*) from {table}") == [(0,)], table
    assert query(nothing, "select count(*) from marts.dim_households") == [
        (N_HOUSEHOLDS,)
    ]


def test_without_a_comparison_every_question_says_what_is_missing(nothing: Path):
    rows = query(
        nothing,
        "select question_id, design, is_primary_design, answer, verdict, next_action "
        "from marts.fct_verdicts",
    )
    assert len(rows) == len({row[0] for row in rows}) == 11
    assert {row[1:3] for row in rows} == {("campaign_trials", True)}
    told = {row[0]: row[3:] for row in rows}
    # What the next campaign can show depends on purchases alone.
    answer, verdict, _ = told.pop("can_the_next_campaign_prove_it")
    assert answer in {"yes", "no"}
    # Nothing was measured, so the mailing alone has to pay: 0.75 / 0.3.
    assert "pays above ₫3" in verdict
    assert "$" not in verdict
    assert set(told.values()) == {
        (
            "no comparison",
            "Every customer with a purchase in the 91 days before a campaign was sent "
            "it: there is no comparison group.",
            "Hold back a random part of the next campaign and record it in "
            "campaign_targets.",
        )
    }
    units = query(nothing, "select unit from marts.fct_verdicts")
    assert any("dong" in unit for (unit,) in units)
    assert not any("dollar" in unit for (unit,) in units)


def test_without_a_comparison_the_list_sends_to_nobody_and_says_why(nothing: Path):
    rows = query(
        nothing,
        "select decision, is_assigned, reason, count(*) from marts.fct_campaign_list "
        "group by all",
    )
    assert {row[:2] for row in rows} == {("suppressed", False)}
    assert sum(row[3] for row in rows) == N_HOUSEHOLDS
    assert all("no effect can be predicted" in r or "bought" in r for *_, r, _ in rows)


@pytest.fixture(scope="module")
def drawn(scratch_folder: Path) -> Path:
    """A whole build with one campaign that never ends and a quarter of it held out."""
    tables = retailer(2)
    listed = sent(EVERYBODY[:200]).assign(is_holdout=np.arange(200) % 4 == 0)
    tables |= {
        "campaigns": campaigns(("S-1", "Spring sale", on(START), date(2323, 1, 1))),
        "campaign_targets": listed,
    }
    return build(scratch_folder / "drawn", tables, BUILD_DATA)


def test_a_holdout_leads_every_verdict(drawn: Path):
    rows = query(
        drawn,
        "select question_id, answer, is_overlap_gate_passed, verdict "
        "from marts.fct_verdicts where is_primary_design and "
        "design = 'randomised_holdout'",
    )
    assert len(rows) == 11
    told = {row[0]: row[1:] for row in rows}
    assert told["can_we_trust_it"] == (
        "drawn",
        True,
        "Yes: 150 households were sent the campaign and 50 were held out; the draw "
        "leads one to expect 150 sent.",
    )
    assert told["how_fragile_is_it"][0] == "drawn"
    ((n_leading,),) = query(
        drawn, "select count(*) from marts.fct_verdicts where is_primary_design"
    )
    assert n_leading == 11


def test_who_was_held_out_is_treated_nowhere(drawn: Path):
    rows = query(
        drawn,
        "select is_sent, is_treated, count(*) from intermediate.int_trial_units "
        "inner join staging.stg_campaign_targets using (campaign_id, household_id) "
        "group by all",
    )
    assert {row[:2] for row in rows} == {(True, True), (False, False)}
    assert query(drawn, "select n_contacted from marts.fct_campaign_costs") == [(150,)]


def test_the_figure_of_a_holdout_is_the_difference_of_its_arms(drawn: Path):
    """With one draw of one chance the weighted means are plain ones."""
    tables = retailer(2)["transactions"]
    after = tables[tables.transacted_on >= on(START)]
    before = tables[
        (tables.transacted_on < on(START)) & (tables.transacted_on >= on(START - 91))
    ]
    ids = names(EVERYBODY[:200])
    y = after.groupby("household_id").sales_value.sum().reindex(ids, fill_value=0)
    x = before.groupby("household_id").sales_value.sum().reindex(ids, fill_value=0)
    is_sent = np.arange(200) % 4 > 0
    adjusted = y - np.polyfit(x, y, 1)[0] * (x - x.mean())
    for estimator, values in (("difference in means", y), ("CUPED", adjusted)):
        arms = values[is_sent], values[~is_sent]
        ((estimate, std_error, headline),) = query(
            drawn,
            "select estimate, std_error, is_headline from marts.fct_effect_estimates "
            "where design = 'randomised_holdout' and outcome = 'purchase_amount' "
            "and estimator = $estimator",
            estimator=estimator,
        )
        assert estimate == pytest.approx(arms[0].mean() - arms[1].mean(), rel=1e-6)
        welch = sum(arm.var(ddof=1) / len(arm) for arm in arms) ** 0.5
        # Clustering adds C / (C - 1) for C households.
        assert std_error == pytest.approx(welch * (200 / 199) ** 0.5, rel=1e-6)
        assert headline == (estimator == "CUPED")


def test_a_campaign_of_300_years_is_open_and_ends_with_the_data(drawn: Path):
    rows = query(
        drawn,
        "select source_campaign_id, campaign_type, is_open_ended, is_fully_observed "
        "from marts.fct_campaign_costs",
    )
    assert rows == [("S-1", "Spring sale", True, False)]
    ends = query(
        drawn,
        "select distinct outcome_end_day from marts.fct_trial_units "
        "where design = 'randomised_holdout'",
    )
    assert ends == [(N_DAYS,)]


def test_the_list_and_its_export_show_the_owners_ids(drawn: Path, tmp_path: Path):
    ids = {
        row
        for (row,) in query(
            drawn, "select source_household_id from marts.fct_campaign_list"
        )
    }
    assert ids == set(names(EVERYBODY))
    export_list(drawn, tmp_path)
    analyst = pd.read_csv(tmp_path / "campaign_list_analyst.csv")
    assert set(analyst["source_household_id"]) == ids
    contacts = pd.read_csv(tmp_path / "campaign_list_contacts.csv")
    assert list(contacts.columns) == ["household_id", "source_household_id"]


def world(seed: int) -> tuple[dict[str, pd.DataFrame], float]:
    """Two campaigns that draw other households by other chances, with the true effect.

    Frequent shoppers stand on the first list, and of these the most frequent ones are
    drawn more often: 75 and 40 % of its strata, 35 % of the second list. So arms differ
    in more than what they were sent, together and inside of the first campaign. Being
    sent a campaign multiplies the chance of a visit while it runs; both outcomes of
    every household are known.
    """
    rng = np.random.default_rng(seed)
    n, shape = 600, (600, N_DAYS)
    is_first, is_frequent = np.arange(n) < n // 2, np.arange(n) % 2 == 0
    rates = np.where(is_first & is_frequent, 0.3, np.where(is_first, 0.15, 0.08))
    chances = np.where(is_first & is_frequent, 0.75, np.where(is_first, 0.4, 0.35))
    is_sent = rng.random(n) < chances
    draws, amounts = rng.random(shape), rng.gamma(4, 5, shape)
    lifted = np.repeat(rates[:, None], N_DAYS, axis=1)
    lifted[:, START - 1 : END] *= 1.6
    without, with_it = draws < rates[:, None], draws < lifted
    window = slice(START - 1, END + 28)
    effects = ((with_it & ~without) * amounts)[:, window].sum(axis=1)
    tables = {
        "transactions": lines(np.where(is_sent[:, None], with_it, without), amounts),
        "campaigns": campaigns(
            ("first", "x", on(START), on(END)), ("second", "y", on(START), on(END))
        ),
        "campaign_targets": pd.DataFrame(
            {
                "campaign_id": np.where(np.arange(n) < n // 2, "first", "second"),
                "household_id": names(np.arange(n)),
                "is_holdout": ~is_sent,
                "probability": chances,
            }
        ),
    }
    return tables, float(effects.mean())


def test_a_holdout_finds_the_true_effect(scratch_folder: Path):
    errors = []
    for seed in (11, 12, 13, 14, 15):
        tables, truth = world(seed)
        warehouse = build(
            scratch_folder / "worlds" / str(seed), tables, part("int_holdout_splits")
        )
        for estimator, estimate, std_error in query(
            warehouse,
            "select estimator, estimate, std_error from "
            "intermediate.int_holdout_splits where outcome = 'purchase_amount'",
        ):
            errors.append((estimator, (estimate - truth) / std_error, std_error))
    frame = pd.DataFrame(errors, columns=["estimator", "z", "std_error"])
    for estimator, own in frame.groupby("estimator"):
        assert len(own) == 5
        # The mean of five standard normal values has a standard error of 0.45.
        assert abs(own.z.mean()) < 1, (estimator, own)
        assert (own.z.abs() < 1.96).sum() >= 4, (estimator, own)
    spreads = frame.groupby("estimator").std_error.mean()
    assert spreads["CUPED"] < spreads["difference in means"]


def confounded_world(seed: int) -> tuple[dict[str, pd.DataFrame], float]:
    """A campaign for a region whose customers come more often from its start on.

    Nothing before the campaign tells the regions apart; two in five households state
    none. Being sent the campaign multiplies the chance of a visit while it runs.
    """
    rng = np.random.default_rng(seed)
    n, shape = 600, (600, N_DAYS)
    rates = rng.choice([0.08, 0.15, 0.3], n)
    regions = rng.choice(np.array(["North", "South", None]), n, p=[0.3, 0.3, 0.4])
    is_north = regions == "North"
    is_sent = rng.random(n) < np.where(is_north, 0.7, 0.2)
    draws, amounts = rng.random(shape), rng.gamma(4, 5, shape)
    usual = np.repeat(rates[:, None], N_DAYS, axis=1)
    usual[is_north, START - 1 :] *= 1.8
    lifted = usual.copy()
    lifted[:, START - 1 : END] *= 1.5
    without, with_it = draws < usual, draws < lifted
    window = slice(START - 1, END + 28)
    effects = ((with_it & ~without) * amounts)[:, window].sum(axis=1)
    tables = {
        "transactions": lines(np.where(is_sent[:, None], with_it, without), amounts),
        "campaigns": campaigns(SPRING),
        "campaign_targets": sent(np.flatnonzero(is_sent)),
        "households": pd.DataFrame(
            {"household_id": names(np.arange(n)), "Sales_Region": regions}
        ),
    }
    return tables, float(effects.mean())


def test_own_demographics_remove_the_bias_that_they_cause(scratch_folder: Path):
    errors = []
    for seed in (21, 22):
        tables, truth = confounded_world(seed)
        warehouse = build(
            scratch_folder / "regions" / str(seed), tables, part("int_effect_medians")
        )
        errors += [
            (seed, design, (estimate - truth) / std_error)
            for design, estimate, std_error in query(
                warehouse,
                "select design, estimate, std_error "
                "from intermediate.int_effect_medians "
                "where outcome = 'purchase_amount' and estimand = 'ATE' "
                "and estimator = 'AIPW' and starts_with(design, 'campaign_trials')",
            )
        ]
    frame = pd.DataFrame(errors, columns=["seed", "design", "z"])
    means = frame.groupby("design").z.mean()
    assert means["campaign_trials"] > 3
    # The mean of two standard normal values has a standard error of 0.71.
    assert abs(means["campaign_trials_demographics"]) < 1.5
    # Who states none is in the most frequent group, which the others tell.
    groups = query(
        warehouse,
        "select attribute, category from intermediate.int_category_covariates "
        "order by all",
    )
    assert groups == [("sales_region", "North"), ("sales_region", "South")]


@pytest.fixture(scope="module")
def typed(scratch_folder: Path) -> tuple[Path, dict[str, float]]:
    """A whole build with two campaign types, one of which does nothing."""
    rng = np.random.default_rng(31)
    n, shape = 700, (700, N_DAYS)
    rates = rng.choice([0.08, 0.15, 0.3], n)
    is_sent = {kind: rng.random(n) < 0.35 for kind in ("Flyer", "E-Mail")}
    draws, amounts = rng.random(shape), rng.gamma(4, 5, shape)
    chances = np.repeat(rates[:, None], N_DAYS, axis=1)
    during = np.s_[START - 1 : END]
    chances[is_sent["Flyer"], during] *= 2
    gained = (draws < np.repeat(rates[:, None] * 2, N_DAYS, axis=1)) & (
        draws >= rates[:, None]
    )
    truth = float((gained * amounts)[:, during].sum(axis=1).mean())
    tables = {
        "transactions": lines(draws < chances, amounts),
        "campaigns": campaigns(
            ("F-1", "Flyer", on(START), on(END)), ("E-1", "E-Mail", on(START), on(END))
        ),
        "campaign_targets": pd.concat(
            [
                sent(np.flatnonzero(is_sent["Flyer"]), "F-1"),
                sent(np.flatnonzero(is_sent["E-Mail"]), "E-1"),
            ]
        ),
    }
    warehouse = build(scratch_folder / "typed", tables, BUILD_DATA)
    return warehouse, {"flyer": truth, "e_mail": 0.0}


def test_every_campaign_type_has_an_effect_of_its_own(
    typed: tuple[Path, dict[str, float]],
):
    warehouse, truths = typed
    told = {
        row[0]: row[1:]
        for row in query(
            warehouse,
            "select design, estimate, ci_lower, ci_upper "
            "from marts.fct_effect_estimates "
            "where outcome = 'purchase_amount' and is_headline",
        )
    }
    for name, truth in truths.items():
        _, lower, upper = told[f"campaign_trials_of_{name}"]
        assert lower < truth < upper, name
    # Together they are a mean of both.
    assert (
        told["campaign_trials_of_e_mail"][0]
        < told["campaign_trials"][0]
        < told["campaign_trials_of_flyer"][0]
    )
    # Every question is answered of the types, too, and all of them lead with the same.
    rows = query(
        warehouse,
        "select distinct design, is_primary_design from marts.fct_verdicts",
    )
    assert {design for design, leads in rows if leads} == {"campaign_trials"}
    assert {f"campaign_trials_of_{name}" for name in truths} < {row[0] for row in rows}
