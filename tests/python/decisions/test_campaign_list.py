"""The campaign list: exact probabilities, a history that stays, files that go out."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_runner import query, run_dbt, table_checksum
from tiny_canonical import SMALL_FITS

from retail_uplift.decisions.export_list import export_list, main

HISTORY = "history.campaign_assignments"
# What the list's own vars change; predictions stay.
SELECT = ["--select", "int_list_flags+", "int_list_policy+", "run_manifest"]
CAMPAIGN = 101


class Lists:
    """A copy of the tiny edition on which lists are made and assigned."""

    def __init__(self, warehouse: Path, raw: Path) -> None:
        self.warehouse = warehouse
        self.vars: dict[str, Any] = SMALL_FITS | {
            "edition": "canonical",
            "raw_dir": str(raw),
            "list_policy": "top_50_percent",
        }

    def build(
        self, *args: str, is_tested: bool = False, **changed: Any
    ) -> tuple[int, str]:
        """Build what the list's vars decide; return dbt's exit code and its words."""
        left_out = ("unit_test",) if is_tested else ("test", "unit_test")
        run = run_dbt(
            ["build", *SELECT, "--exclude-resource-types", *left_out, *args],
            self.warehouse,
            vars=self.vars | changed,
        )
        return run.returncode, " ".join(run.stdout.split())

    def frame(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.sql(sql).df()

    def history(self) -> tuple[int, str]:
        return table_checksum(self.warehouse, HISTORY)


@pytest.fixture(scope="module")
def lists(tiny_warehouse: Path, tiny_folder: Path, scratch_folder: Path) -> Lists:
    folder = scratch_folder / "campaign_list"
    folder.mkdir()
    made = Lists(Path(shutil.copy(tiny_warehouse, folder)), tiny_folder)
    assert made.history()[0] == 0
    code, said = made.build()
    assert code == 0, said
    return made


@pytest.fixture(scope="module")
def assigned(lists: Lists) -> Lists:
    """The list of one campaign is in the history."""
    code, said = lists.build(assign_campaign=CAMPAIGN, is_tested=True)
    assert code == 0, said
    return lists


# --- the draw -------------------------------------------------------------------------

N_SALTS = 3_000


@pytest.fixture(scope="module")
def draws(lists: Lists) -> pd.DataFrame:
    """The model's own SQL on 73 households, under many salts.

    Blocks of 1 to 11 households; p_assign is 0.9 in two parts and 0.02 in the third.
    """
    compiled = lists.warehouse.parent / "target/compiled/retail_uplift/models"
    text = next(compiled.rglob("int_list_draws.sql")).read_text(encoding="utf-8")
    assert text.count("'retail_uplift_list'") == 1
    sizes = [1, 2, 3, 4, 5, 6, 7, 8, 11, 11, 11, 4]
    block = np.repeat(np.arange(len(sizes)), sizes)
    household = np.arange(len(block))
    parts = np.array(["as before", *["listed"] * 2, "not listed", *["listed"] * 2])
    parts = parts[household % 6]
    units = pd.DataFrame(
        {
            "household_id": household,
            "segment_id": 1 + block // 5,
            "score_decile": 1 + block % 5,
            "valid_from_day": 281,
        }
    )
    listed = pd.DataFrame(
        {
            "household_id": household,
            "is_targeted": parts != "not listed",
            "list_part": parts,
            "p_assign": np.where(parts == "not listed", 0.02, 0.9),
        }
    )
    frames = []
    with duckdb.connect() as connection:
        connection.register("units", units)
        connection.register("listed", listed)
        connection.execute("attach ':memory:' as retail_uplift")
        connection.execute("create schema retail_uplift.intermediate")
        connection.execute(
            "create table retail_uplift.intermediate.int_list_units as from units"
        )
        connection.execute(
            "create table retail_uplift.intermediate.int_list_targets as "
            "select * replace (p_assign::decimal(18, 6) as p_assign) from listed"
        )
        for salt in range(N_SALTS):
            drawn = text.replace("'retail_uplift_list'", f"'draw {salt}'")
            frames.append(connection.sql(drawn).df().assign(sample=salt))
    assert len(units) == 73
    return pd.concat(frames, ignore_index=True)


def test_each_household_is_drawn_as_often_as_p_assign_says(draws: pd.DataFrame):
    """By chance the largest of 73 distances passes 4 errors in one of 100 tests."""
    shares = draws.groupby("household_id").agg(
        share=("is_assigned", "mean"), p=("p_assign", "first")
    )
    error = np.sqrt(shares["p"] * (1 - shares["p"]) / N_SALTS)
    assert ((shares["share"] - shares["p"]).abs() < 4 * error).all()
    # All households together: systematic draws hardly differ in their number.
    for p, group in shares.groupby("p"):
        assert group["share"].mean() == pytest.approx(p, abs=0.002)


@pytest.mark.parametrize("group", [["list_part"], ["list_part", "block_id"]])
def test_each_block_gets_its_share_up_or_down_to_a_whole_number(
    draws: pd.DataFrame, group: list[str]
):
    counts = draws.groupby(["sample", *group]).agg(
        n=("is_assigned", "size"),
        drawn=("is_assigned", "sum"),
        p=("p_assign", "first"),
    )
    expected = (counts["n"] * counts["p"]).round(9)
    assert (counts["drawn"] >= np.floor(expected)).all()
    assert (counts["drawn"] <= np.ceil(expected)).all()


def test_who_is_held_out_together_differs_between_salts(draws: pd.DataFrame):
    """No pair of a block is bound together: each is held out alone, too."""
    rows = draws[draws["list_part"] == "listed"]
    rows = rows.assign(out=lambda rows: ~rows["is_assigned"])
    table = rows.pivot(index="sample", columns="household_id", values="out")
    together = table.astype(int).T @ table.astype(int) / N_SALTS
    pairs = together.to_numpy()[np.triu_indices(len(together), k=1)]
    # Independent draws of a tenth would hold out a pair in 1 of 100 samples.
    assert pairs.max() < 0.04
    assert np.median(pairs) > 0


def test_the_same_salt_draws_the_same_households(lists: Lists):
    first = lists.frame("from marts.fct_campaign_list order by household_id")
    code, said = lists.build(list_salt="another")
    assert code == 0, said
    other = lists.frame("from marts.fct_campaign_list order by household_id")
    code, said = lists.build()
    assert code == 0, said
    again = lists.frame("from marts.fct_campaign_list order by household_id")
    pd.testing.assert_frame_equal(again, first)
    assert other["is_recommended"].equals(first["is_recommended"])
    assert (other["is_holdout"] != first["is_holdout"]).any()


# --- where the trials can compare -----------------------------------------------------


@pytest.fixture(scope="module")
def compared(tiny_warehouse: Path, tiny_folder: Path, scratch_folder: Path) -> Lists:
    """The middle third by propensity is comparable; to send to all is recommended."""
    folder = scratch_folder / "compared_list"
    folder.mkdir()
    made = Lists(Path(shutil.copy(tiny_warehouse, folder)), tiny_folder)
    with duckdb.connect(str(made.warehouse)) as connection:
        connection.execute(
            """
            update evidence.fct_target_populations
            set is_decisive = population = 'comparable', gate_status = 'passed',
                lowest_propensity = cuts.cut[1], highest_propensity = cuts.cut[2]
            from (
                select quantile_cont(propensity, [1 / 3, 2 / 3]) as cut
                from fitted.py_household_propensities
            ) as cuts
            where design = 'campaign_trials'
            """
        )
        connection.execute(
            """
            update intermediate.int_chosen_policies
            set is_decisive = population = 'comparable', policy = 'treat_all',
                n_targeted = 100, profit = 300, ci_lower = 100, ci_upper = 500
            where design = 'campaign_trials'
            """
        )
    code, said = made.build(list_policy=None, is_tested=True)
    assert code == 0, said
    return made


def test_a_class_follows_from_the_propensity(compared: Lists):
    rows = compared.frame("from marts.fct_campaign_list")
    rows = rows[rows["decision"] != "suppressed"]
    ((low, high),) = query(
        compared.warehouse,
        "select lowest_propensity, highest_propensity "
        "from evidence.fct_target_populations "
        "where design = 'campaign_trials' and is_decisive",
    )
    propensity = rows["propensity"]
    expected = np.select(
        [propensity < low, propensity > high],
        ["never sent", "always sent"],
        "comparable",
    )
    assert rows["evidence_class"].to_list() == expected.tolist()
    assert rows["evidence_class"].value_counts().min() > 50
    suppressed = compared.frame(
        "select evidence_class from marts.fct_campaign_list "
        "where decision = 'suppressed'"
    )
    assert suppressed["evidence_class"].isna().all()


def test_each_class_is_treated_by_what_is_known_of_it(compared: Lists):
    rows = compared.frame("from marts.fct_campaign_list")
    rows = rows[rows["decision"] != "suppressed"]
    decisions = {
        "comparable": (0.9, "send", "hold out"),
        "always sent": (0.9, "send as before", "hold out"),
        "never sent": (0.02, "explore", "do not send"),
    }
    for evidence_class, (share, sent, not_sent) in decisions.items():
        part = rows[rows["evidence_class"] == evidence_class]
        assert set(part["p_assign"]) == {share}
        assert (part["decision"] == np.where(part["is_assigned"], sent, not_sent)).all()
        assert abs(part["is_assigned"].sum() - share * len(part)) < 1
        is_compared = evidence_class == "comparable"
        said = part["reason"].str
        assert said.contains("There is no comparison").eq(not is_compared).all()
        assert said.contains("The predicted profit").eq(is_compared).all()


def test_the_summary_adds_up_to_the_list(compared: Lists):
    rows = compared.frame("from marts.fct_campaign_list")
    summary = compared.frame("from marts.fct_list_summary").set_index("decision")
    cost = rows["cost_per_contact"].iloc[0]
    parts = summary.drop(index="all")
    assert parts["n_households"].to_dict() == rows["decision"].value_counts().to_dict()
    for column in ("n_households", "n_contacts", "contact_cost"):
        assert summary.loc["all", column] == pytest.approx(parts[column].sum())
    assert summary.loc["all", "n_contacts"] == rows["is_assigned"].sum()
    assert summary.loc["all", "contact_cost"] == pytest.approx(
        cost * rows["is_assigned"].sum()
    )
    # Three dollars a contact (1 to 5), and only where the policy decides.
    n_sent = (rows["decision"] == "send").sum()
    limits = ["expected_profit_ci_lower", "expected_profit", "expected_profit_ci_upper"]
    for decision in ("all", "send"):
        assert summary.loc[decision, limits].to_list() == pytest.approx(
            [n_sent, 3 * n_sent, 5 * n_sent]
        )
    assert parts.drop(index="send")[limits].isna().all(axis=None)


def test_a_cap_takes_from_what_is_sent_as_before_first(compared: Lists):
    rows = compared.frame("from marts.fct_campaign_list")
    n_listed = rows["is_recommended"].sum()
    code, said = compared.build(list_policy=None, max_contacts=int(n_listed))
    assert code == 0, said
    capped = compared.frame("from marts.fct_campaign_list")
    assert capped["is_recommended"].sum() == n_listed
    assert n_listed - 3 <= capped["is_assigned"].sum() <= n_listed
    before = capped[capped["evidence_class"] == "always sent"]
    is_kept = before["list_part"] == "as before"
    assert 0 < is_kept.sum() < len(before)
    # The best of them by predicted profit.
    profit = before["expected_profit"]
    assert profit[is_kept].min() >= profit[~is_kept].max()


def test_all_who_are_sent_are_exported(compared: Lists, tmp_path: Path):
    export_list(compared.warehouse, tmp_path)
    contacts = pd.read_csv(tmp_path / "campaign_list_contacts.csv")
    sent = compared.frame(
        "select household_id from marts.fct_campaign_list where is_assigned order by 1"
    )
    assert contacts["household_id"].to_list() == sent["household_id"].to_list()


# --- the history ----------------------------------------------------------------------


def test_an_assignment_is_what_the_list_says(assigned: Lists):
    rows = assigned.frame(f"from {HISTORY} order by household_id")
    listed = assigned.frame("from marts.fct_campaign_list order by household_id")
    assert set(rows["campaign_id"]) == {CAMPAIGN}
    same = ["household_id", "salt", "policy", "block_id", "decision", "p_assign"]
    same += ["is_holdout", "predicted_effect", "is_recommended", "evidence_class"]
    pd.testing.assert_frame_equal(rows[same], listed[same])
    assert rows["is_assigned"].eq(listed["is_assigned"].astype(int)).all()
    assert rows["assigned_at_day"].eq(listed["valid_from_day"]).all()
    builds = assigned.frame("select invocation_id from marts.run_manifest")
    assert rows["invocation_id"].nunique() == 1
    assert set(rows["invocation_id"]) <= set(builds["invocation_id"])


def test_the_same_list_is_written_once(assigned: Lists):
    before = assigned.history()
    code, said = assigned.build(assign_campaign=CAMPAIGN)
    assert code == 0, said
    assert assigned.history() == before


def test_another_list_of_the_same_campaign_is_refused(assigned: Lists):
    before = assigned.history()
    code, said = assigned.build(assign_campaign=CAMPAIGN, list_salt="another")
    assert code != 0
    assert "campaign 101 was assigned by another list, and an assignment is never" in (
        said
    )
    assert assigned.history() == before


def test_a_campaign_of_the_data_is_refused(assigned: Lists):
    before = assigned.history()
    code, said = assigned.build(assign_campaign=1)
    assert code != 0
    assert "var assign_campaign is 1, a campaign that the data hold already" in said
    assert assigned.history() == before


def test_a_failed_build_takes_its_assignments_back(assigned: Lists):
    before = assigned.history()
    # A mart that the list has nothing to do with breaks its key.
    with duckdb.connect(str(assigned.warehouse)) as connection:
        connection.execute(
            "insert into evidence.fct_clv_calibration from evidence.fct_clv_calibration"
        )
    code, said = assigned.build(
        *("--select", "fct_clv_calibration,resource_type:test"),
        assign_campaign=202,
        list_salt="another",
        is_tested=True,
    )
    assert code != 0, said
    assert "OK created sql incremental model history.campaign_assignments" in said
    assert assigned.history() == before
    # Nothing stands in the way of assigning it after all.
    code, said = assigned.build(
        assign_campaign=202, list_salt="another", is_tested=True
    )
    assert code == 0, said
    assert assigned.history()[0] == 2 * before[0]


# --- the files ------------------------------------------------------------------------


def test_mail_house_and_analyst_get_the_same_households(
    assigned: Lists, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([str(assigned.warehouse), str(tmp_path / "new")]) == 0
    said = capsys.readouterr().out
    listed = assigned.frame("from marts.fct_campaign_list order by household_id")
    sent = listed.loc[listed["is_assigned"], "household_id"].to_list()
    assert sent
    assert said.startswith(f"{len(sent)} households to contact")
    assert "A proposal: nothing is kept of it." in said
    for kind, read in (("csv", pd.read_csv), ("parquet", pd.read_parquet)):
        contacts = read(tmp_path / "new" / f"campaign_list_contacts.{kind}")
        assert list(contacts.columns) == ["household_id", "source_household_id"]
        ids = contacts["source_household_id"].astype("int64")
        assert ids.to_list() == sent
        assert contacts["household_id"].to_list() == sent
        everybody = read(tmp_path / "new" / f"campaign_list_analyst.{kind}")
        assert everybody["household_id"].equals(listed["household_id"])
        assert everybody["is_holdout"].equals(listed["is_holdout"])
        assert everybody["reason"].equals(listed["reason"])


def test_an_assigned_campaign_is_exported_as_it_was_assigned(
    assigned: Lists, tmp_path: Path
):
    counts = export_list(assigned.warehouse, tmp_path, CAMPAIGN)
    rows = assigned.frame(
        f"from {HISTORY} where campaign_id = {CAMPAIGN} order by household_id"
    )
    assert counts == rows["decision"].value_counts().sort_index().to_dict()
    contacts = pd.read_csv(tmp_path / f"campaign_{CAMPAIGN}_contacts.csv")
    sent = rows.loc[rows["is_assigned"] == 1, "household_id"]
    assert contacts["household_id"].to_list() == sent.to_list()


def test_what_cannot_be_exported_is_said(
    assigned: Lists, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([str(tmp_path / "none.duckdb"), str(tmp_path)]) == 2
    assert "run `make build` first" in capsys.readouterr().err
    given = [str(assigned.warehouse), str(tmp_path), "--campaign", "303"]
    assert main(given) == 2
    assert "campaign 303 was never assigned" in capsys.readouterr().err
    killed = Path(shutil.copy(assigned.warehouse, tmp_path))
    with duckdb.connect(str(killed)) as connection:
        connection.execute(
            "insert into runs.unfinished_runs select invocation_id "
            f"from {HISTORY} where campaign_id = {CAMPAIGN} limit 1"
        )
    assert main([str(killed), str(tmp_path)]) == 2
    assert "the last build of this file did not finish" in capsys.readouterr().err
    # What the killed build assigned does not count as sent.
    assert main([str(killed), str(tmp_path), "--campaign", str(CAMPAIGN)]) == 2
    assert f"campaign {CAMPAIGN} was never assigned" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["retail_uplift.duckdb"]


# --- caps, suppression, reasons -------------------------------------------------------


@pytest.fixture
def relist(assigned: Lists) -> Callable[..., pd.DataFrame]:
    """Build another list and return it."""

    def build(*args: str, **changed: Any) -> pd.DataFrame:
        code, said = assigned.build(*args, **changed)
        assert code == 0, said
        return assigned.frame("from marts.fct_campaign_list order by household_id")

    return build


def test_a_cap_is_never_passed_and_keeps_the_best(relist: Callable[..., pd.DataFrame]):
    rows = relist(max_contacts=40)
    assert 38 <= rows["is_assigned"].sum() <= 40
    listed = rows[rows["is_recommended"]]
    beyond = rows[rows["reason"].str.contains("the cap on contacts is used up")]
    assert len(listed) > 0
    assert len(beyond) > 0
    assert listed["predicted_effect"].min() >= beyond["predicted_effect"].max()


def test_who_was_contacted_lately_is_suppressed(
    relist: Callable[..., pd.DataFrame], assigned: Lists
):
    rows = relist(min_days_between_contacts=60)
    ((last_day,),) = query(
        assigned.warehouse, "select max(day) from intermediate.int_calendar"
    )
    expected = query(
        assigned.warehouse,
        "select distinct household_id from staging.stg_campaign_targets "
        "inner join staging.stg_campaigns using (campaign_id) "
        f"where start_day <= {last_day} and {last_day} + 1 - start_day < 60",
    )
    flagged = rows.loc[rows["is_recently_contacted"], "household_id"]
    assert set(flagged) == {household for (household,) in expected}
    assert len(flagged) > 0
    assert set(rows.loc[rows["is_recently_contacted"], "decision"]) == {"suppressed"}


def test_the_global_holdout_is_the_same_in_every_list(
    relist: Callable[..., pd.DataFrame],
):
    """Another salt draws another holdout of the campaign, and leaves this one alone."""
    rows = relist(global_holdout_share=0.2)
    held = rows["is_global_holdout"]
    assert abs(held.mean() - 0.2) < 4 * np.sqrt(0.2 * 0.8 / len(rows))
    assert set(rows.loc[held, "decision"]) == {"suppressed"}
    assert (rows.loc[held, "p_assign"] == 0).all()
    # A larger share keeps those who are held out already.
    again = relist(global_holdout_share=0.3, list_salt="another")
    assert again.loc[held, "is_global_holdout"].all()
    assert again["is_global_holdout"].sum() > held.sum()
    both = ~again["is_global_holdout"]
    assert (again.loc[both, "is_assigned"] != rows.loc[both, "is_assigned"]).any()


def test_margins_by_department_reach_the_list(
    tiny_warehouse: Path, tiny_folder: Path, tmp_path: Path
):
    """What a contact earns is up to what the household buys."""
    rich = Lists(Path(shutil.copy(tiny_warehouse, tmp_path)), tiny_folder)
    with duckdb.connect(str(rich.warehouse)) as connection:
        connection.execute("delete from seeds.department_margins")
        connection.execute(
            """
            insert into seeds.department_margins by name
            select
                department,
                case when row_number() over (order by department) % 2 = 0 then 0.1
                else 0.5 end as margin
            from (select distinct department from intermediate.int_lines)
            """
        )
    run = run_dbt(
        [
            *("build", "--exclude-resource-type", "unit_test", "--select"),
            *("int_window_profit_margins", "int_contact_terms+"),
        ],
        rich.warehouse,
        vars=rich.vars,
    )
    assert run.returncode == 0, run.stdout
    rows = rich.frame("from marts.fct_campaign_list where predicted_effect is not null")
    margins = dict(
        query(rich.warehouse, "select department, margin from seeds.department_margins")
    )
    lines = rich.frame(
        "select household_id, department, sum(sales_value)::double as sales "
        "from intermediate.int_lines inner join intermediate.int_feature_windows "
        "using (household_id) where window_id = 'latest' "
        "and day between start_day and end_day group by all"
    )
    lines["profit"] = lines["sales"] * lines["department"].map(margins).astype(float)
    sums = lines.groupby("household_id")[["sales", "profit"]].sum()
    expected = rows["household_id"].map(sums["profit"] / sums["sales"])
    # Who bought for nothing in the window has nothing to be weighed by.
    expected = expected.fillna(0.3)
    assert rows["margin"].to_numpy() == pytest.approx(expected.to_numpy())
    assert rows["margin"].nunique() > 10
    assert rows["expected_profit"].to_numpy() == pytest.approx(
        expected.to_numpy() * rows["predicted_effect"].to_numpy()
        - rows["cost_per_contact"].to_numpy()
    )


def test_without_predictions_nobody_is_sent(relist: Callable[..., pd.DataFrame]):
    """The forest predicts, but policies were evaluated by another learner."""
    rows = relist("--select", "py_household_effects", primary_learner="t_learner")
    assert rows["predicted_effect"].isna().all()
    assert set(rows["decision"]) == {"suppressed"}
    assert not rows["is_assigned"].any()
    said = set(rows["reason"])
    assert "Suppressed: no effect can be predicted from design campaign_trials." in said
