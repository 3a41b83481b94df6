"""What `make check` says of good, odd and broken tables, and how it ends."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dbt_runner import REPOSITORY, dbt_environment
from tiny_canonical import Tables, write_tables

Spoil = Callable[[Path], object]

N_HOUSEHOLDS = 150
N_DAYS = 230
FIRST_DATE = pd.Timestamp("2024-01-01")
MAILING_DAY = 120


def shop() -> Tables:
    """A small retailer with one campaign, to be spoiled by a test."""
    rng = np.random.default_rng(5)
    visits = rng.random((N_HOUSEHOLDS, N_DAYS)) < 0.08
    households, days = np.nonzero(visits)
    n = len(days)
    lines = pd.DataFrame(
        {
            "household_id": (1001 + households).astype(str),
            "basket_id": np.arange(n),
            "product_id": rng.integers(1, 20, n),
            "transacted_on": FIRST_DATE + pd.to_timedelta(days, unit="D"),
            "quantity": 1 + rng.poisson(0.3, n),
            "sales_value": rng.integers(99, 999, n) / 100,
        }
    )
    return {
        "transactions": lines,
        "products": pd.DataFrame({"product_id": range(1, 20), "department": "GROCERY"}),
        "campaigns": pd.DataFrame(
            {
                "campaign_id": ["SPRING"],
                "campaign_type": ["A"],
                "start_date": [FIRST_DATE + pd.Timedelta(days=MAILING_DAY)],
                "end_date": [FIRST_DATE + pd.Timedelta(days=MAILING_DAY + 20)],
            }
        ),
        "campaign_targets": pd.DataFrame(
            {
                "campaign_id": "SPRING",
                "household_id": [str(1001 + i) for i in range(75)],
            }
        ),
    }


@pytest.fixture(scope="module")
def check(scratch_folder: Path):
    """Return a function that checks tables and returns exit code and page."""
    folder = scratch_folder / "check"
    folder.mkdir()
    # One folder for all: another one would make dbt parse the project again.
    raw = folder / "raw"

    def run(
        tables: Tables,
        file_format: str = "parquet",
        spoil: Spoil = lambda raw: None,
        **settings: str,
    ) -> tuple[int, str]:
        shutil.rmtree(raw, ignore_errors=True)
        write_tables(tables, raw, file_format)
        spoil(raw)
        page = folder / "page.txt"
        page.unlink(missing_ok=True)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "retail_uplift.check"),
                *("--page", str(page), "--scratch", str(folder / "scratch")),
            ],
            env=dbt_environment(folder / "unused.duckdb")
            | {"RETAIL_UPLIFT_EDITION": "canonical", "RETAIL_UPLIFT_RAW_DIR": str(raw)}
            | {
                f"RETAIL_UPLIFT_{name.upper()}": text for name, text in settings.items()
            },
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        text = page.read_text(encoding="utf-8")
        assert "Traceback" not in done.stdout + done.stderr + text
        assert text.strip() in done.stdout, "the page is printed and saved"
        return done.returncode, text

    return run


def section(page: str, title: str) -> str:
    found = re.search(rf"(?ms)^{title}\n(.*?)(?=^[A-Z]|\Z)", page)
    return found[1] if found else ""


def test_good_tables_are_told_what_they_give(check):
    tables = shop()
    tables["transactions"]["till"] = 3
    code, page = check(tables)

    assert code == 0, page
    assert page.rstrip().endswith("A build goes through.")
    n_lines = len(tables["transactions"])
    assert re.search(rf"transactions +{n_lines:,} rows, none refused", page)
    assert re.search(r"promotions +absent\. Display and mailer exposure rates", page)
    unread = section(page, "COLUMNS THAT ARE NOT READ, OR ABSENT")
    assert re.search(r"transactions +ignored: till\n", unread)
    assert re.search(
        r"transactions +absent: .*\bcoupon_discount\b.*\bstore_id\b", unread
    )
    gives = section(page, "WHAT YOU WILL GET")
    bought = tables["transactions"].household_id.nunique()
    assert (
        f"yes: {bought} households, {N_DAYS} days (2024-01-01 to 2024-08-17)" in gives
    )
    assert re.search(rf"segments +yes: {bought} households", gives)
    assert re.search(r"times of day +no: no line has a time of day", gives)
    assert re.search(r"effects +yes: of 1 of 1 studied campaigns", gives)
    assert re.search(
        r"cost of a contact +by cost model .+, a mailing at \$0\.75 ", gives
    )


def test_a_campaign_is_told_its_arms_and_windows(check):
    tables = shop()
    days = (tables["transactions"].transacted_on - FIRST_DATE).dt.days
    is_lookback = (days >= MAILING_DAY - 91) & (days < MAILING_DAY)
    sent = set(tables["campaign_targets"].household_id)
    bought = set(tables["transactions"].household_id[is_lookback])
    code, page = check(tables)

    assert code == 0, page
    told = section(page, "CAMPAIGNS")
    assert "SPRING (type A), 2024-04-30 to 2024-05-20: 75 sent, 0 held out" in told
    assert (
        f"{len(bought - sent)} comparable (bought in the look-back, not sent)" in told
    )
    assert "look-back 91 days, outcome 49 days" in told
    assert "nothing stands in the way" in told


def test_a_drawn_holdout_is_what_is_compared(check):
    tables = shop()
    held_out = pd.DataFrame(
        {
            "campaign_id": "SPRING",
            "household_id": [str(1001 + i) for i in range(75, 105)],
            "treatment_flg": 0,
        }
    )
    targets = tables["campaign_targets"].assign(treatment_flg=1)
    tables["campaign_targets"] = pd.concat([targets, held_out])
    days = (tables["transactions"].transacted_on - FIRST_DATE).dt.days
    bought = set(tables["transactions"].household_id[days < MAILING_DAY])
    tables["transactions"]["transaction_time"] = "18:30"
    code, page = check(tables, currency_name="euros")

    assert code == 0, page
    # The default is in dollars, and nobody stated what a mailing costs in euros.
    assert re.search(
        r"cost of a contact +not stated in euros: 0\.75 .+ State var mailing_cost", page
    )
    assert "yes: the time of 100 % of the visits is known" in page
    told = section(page, "CAMPAIGNS")
    assert "75 sent, 30 held out" in told
    n_comparable = len(bought & set(held_out.household_id))
    assert f"{n_comparable} comparable (held out, bought before)" in told
    assert "nothing stands in the way" in told
    # Thirty are enough where arms were drawn, and too few for a fit.
    assert (
        "yes: of 1 of 1 studied campaigns; 1 with households that were held out"
        in section(page, "WHAT YOU WILL GET")
    )


def test_odd_tables_are_told_the_number_that_is_odd(check):
    tables = shop()
    lines = tables["transactions"]
    # Files of three weeks are missing; a tenth is free; one household buys for many;
    # one card is written in two ways.
    days = (lines.transacted_on - FIRST_DATE).dt.days
    lines = lines[(days < 60) | (days >= 81)].reset_index(drop=True)
    lines.loc[lines.index % 10 == 0, "sales_value"] = 0.0
    of_many = lines.household_id == "1002"
    of_each = round(lines.sales_value.sum() / of_many.sum(), 2)
    lines.loc[of_many, "sales_value"] = of_each
    lines.loc[lines.household_id == "1004", "household_id"] = "0001003"
    lines.loc[5, "quantity"] = 25_000
    lines.loc[6, "sales_value"] = 1.234567
    # Two receipts of other days have the number of the first one.
    lines.loc[[50, 60], "basket_id"] = lines.basket_id[0]
    tables["transactions"] = lines
    tables["products"].loc[:4, "department"] = "Dry food"
    tables["products"].loc[6:7, "macro_category"] = "Toys"
    tables["campaigns"]["end_date"] = pd.Timestamp("2261-12-31")
    tables["campaign_targets"] = pd.concat(
        [
            tables["campaign_targets"],
            pd.DataFrame({"campaign_id": "SPRING", "household_id": ["X1", "X2", "X3"]}),
        ]
    )
    tables["households"] = pd.DataFrame(
        {"household_id": lines.household_id.unique(), "age": "18-29"}
    )
    code, page = check(tables)

    assert code == 0, page
    odd = section(page, "WHAT LOOKS ODD")
    assert "No sale from 2024-03-01 to 2024-03-21: 21 days." in odd
    assert re.search(r"Weeks without a sale from .*: 2 of 33\.", odd)
    assert re.search(r"Household 1002 has (49|50)\.\d % of all sales", odd)
    assert re.search(r"Lines with goods that cost 0: .* \((9|10)\.\d %\)", odd)
    assert "Lines whose sales_value has more than four decimals: 1." in odd
    assert "share theirs with another day or household: 3." in odd
    assert "Lines with 1,000 or more: 1 (up to 25,000)" in odd
    assert "1 pair of household ids with no other difference than leading" in odd
    assert re.search(r"such as 0001003 and 1003\b", odd)
    assert "that seed departments does not have: 1 (Dry food)" in odd
    assert re.search(r"a macro_category that is none of .*: 2 .*Toys", odd)
    assert (
        "households.age: levels that seed demographic_levels does not have: 1 of 1"
        in odd
    )
    assert re.search(r"Targets that never bought: [45] of 78\.", odd)
    assert "Campaign SPRING" in odd


def test_campaigns_that_are_too_small_together_are_told_so(check):
    tables = shop()
    tables["campaign_targets"] = tables["campaign_targets"].head(40)
    code, page = check(tables)

    assert code == 0, page
    assert "nothing stands in the way" in section(page, "CAMPAIGNS")
    assert re.search(
        r"effects +no: (39|40) households were sent a campaign and \d+ can be compared"
        r" with them; each arm needs 75",
        page,
    )


def test_tables_without_a_comparison_are_told_so(check):
    tables = shop()
    everybody = tables["transactions"].household_id.unique()
    tables["campaign_targets"] = pd.DataFrame(
        {"campaign_id": "SPRING", "household_id": everybody}
    )
    code, page = check(tables)

    assert code == 0, page
    assert "in the way: there is no comparison group" in section(page, "CAMPAIGNS")
    assert re.search(r"effects +no: see below what is in the way", page)


def test_too_many_refused_rows_come_with_reason_share_and_examples(check):
    tables = shop()
    lines = tables["transactions"]
    lines.loc[lines.index % 50 == 0, "household_id"] = "6.20000E+11"
    n_bad, n_lines = int((lines.household_id == "6.20000E+11").sum()), len(lines)
    code, page = check(tables, "csv")

    assert code == 1, page
    refused = section(page, "ROWS THAT ARE REFUSED")
    assert (
        f"{n_bad} of {n_lines:,} rows ({n_bad / n_lines:.2%})".replace("%", " %")
        in refused
    )
    assert "exponent" in refused
    assert refused.count("6.20000E+11") == 3
    last = page.rstrip().splitlines()[-1]
    assert last.startswith("A build stops. The first thing to do: mend the ")
    assert "refused rows of transactions" in last


def test_a_file_that_was_appended_to_itself_is_told(check):
    tables = shop()
    tables["transactions"] = pd.concat([tables["transactions"]] * 2)
    code, page = check(tables)

    assert code == 1, page
    assert "twice" in section(page, "WHAT STOPS A BUILD")
    assert "twice" in page.rstrip().splitlines()[-1]


def test_few_bad_rows_of_a_small_table_stop_nothing(check):
    tables = shop()
    tables["campaign_targets"].loc[3, "campaign_id"] = "AUTUMN"
    code, page = check(tables)

    assert code == 0, page
    assert "campaign_targets: orphan campaign_id" in section(
        page, "ROWS THAT ARE REFUSED"
    )


def test_a_table_that_lacks_a_column_is_named(check):
    tables = shop()
    del tables["transactions"]["sales_value"]
    code, page = check(tables)

    assert code == 1
    assert re.search(
        r"transactions +PROBLEM +transactions\.parquet .*sales_value", page
    )
    assert "sales_value" in page.rstrip().splitlines()[-1]


def test_a_file_that_cannot_be_read_is_named_with_its_line(check):
    def open_a_quote(raw: Path) -> None:
        file = raw / "transactions.csv"
        rows = file.read_text().splitlines()
        rows[100] = '"' + rows[100]
        file.write_text("\n".join(rows) + "\n")

    code, page = check(shop(), "csv", open_a_quote)

    assert code == 1
    last = page.rstrip().splitlines()[-1]
    assert "file transactions.csv, line 101" in last
    assert "opens a quote that is not closed" in last
    assert "csv_quote" in last


def test_an_absent_folder_is_one_sentence(check):
    code, page = check(shop(), "parquet", shutil.rmtree)

    assert code == 1
    last = page.rstrip().splitlines()[-1]
    assert "the folder " in last
    assert "raw does not exist" in last
