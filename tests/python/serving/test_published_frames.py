"""Frames of a published build: laid out right, and scored as the build scored."""

import runpy
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from dbt_process import REPOSITORY

import retail_uplift
from retail_uplift.serving.published_frames import PublishedBuild

EXAMPLE = REPOSITORY / "analyses/examples/refit_learner.py"


@pytest.fixture
def build(tmp_path: Path) -> PublishedBuild:
    """Two units of design d, one of them in two campaigns, and an earlier build."""
    file = tmp_path / "build.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            """
            create schema marts; create schema evidence; create schema history;
            create table history.run_history as select * from (values
                ('setting', 'primary_design', '"old"', timestamp '2026-01-01'),
                ('setting', 'primary_design', '"d"', timestamp '2026-01-02'),
                ('setting', 'primary_learner', '"r_learner"', timestamp '2026-01-02'),
                ('figure', 'x', null, timestamp '2026-01-02')
            ) as facts (kind, name, text_value, built_at);
            create table evidence.fct_dr_scores as
            select
                units.*, outcome, household_id * times as outcome_value,
                -household_id * times as dr_score
            from (values
                ('d', 2, 1, false, 0.25, 4), ('d', 1, 2, true, 0.5, 3),
                ('d', 1, 1, true, 0.75, 4), ('e', 1, 1, true, 0.5, 1)
            ) as units (
                design, campaign_id, household_id, is_treated, propensity, fold
            )
            cross join (values ('visits', 1.0), ('sales', 10.0)) as o (outcome, times);
            create table evidence.fct_unit_covariates as
            select
                design, campaign_id, household_id, covariate, position,
                100.0 * campaign_id + position as covariate_value,
                household_id = 1 as is_fit_unit
            from evidence.fct_dr_scores
            cross join (values ('zeal', 1), ('age', 2)) as c (covariate, position)
            where outcome = 'sales';
            create table marts.dim_households as select 'gold' as segment_name;
            """
        )
    return retail_uplift.open(str(file))


def test_units_have_their_columns_by_role(build: PublishedBuild):
    with build:
        units = build.units()
    assert units.design == "d"
    assert units.covariates == ("zeal", "age")
    assert units.outcomes == ("sales", "visits")
    assert units.scores == {"sales": "dr_score_sales", "visits": "dr_score_visits"}
    expected = pd.DataFrame(
        {
            "design": ["d", "d", "d"],
            "campaign_id": [1, 1, 2],
            "household_id": [1, 2, 1],
            "is_treated": [True, True, False],
            "propensity": [0.75, 0.5, 0.25],
            "fold": [4, 3, 4],
            "is_fit_unit": [True, False, True],
            "zeal": [101.0, 101.0, 201.0],
            "age": [102.0, 102.0, 202.0],
            "sales": [10.0, 20.0, 10.0],
            "visits": [1.0, 2.0, 1.0],
            "dr_score_sales": [-10.0, -20.0, -10.0],
            "dr_score_visits": [-1.0, -2.0, -1.0],
        }
    )
    pd.testing.assert_frame_equal(units.frame, expected, check_dtype=False)
    assert {*units.keys, units.treatment, units.propensity, units.fold} < {*expected}


def test_what_a_build_does_not_have_is_said_in_a_sentence(build: PublishedBuild):
    with pytest.raises(LookupError, match=r"no scored units.*those that do: d, e"):
        build.units("nowhere")
    with pytest.raises(LookupError, match="published without household ids"):
        build.households()
    with pytest.raises(LookupError, match=r"has no table evidence\.fct_latest"):
        build.latest_covariates()
    with pytest.raises(ValueError, match="primary_learner is r_learner"):
        build.score(pd.DataFrame({"household_id": [1]}))
    with pytest.raises(FileNotFoundError, match="run `make build` first"):
        retail_uplift.open("no/such/file.duckdb")
    with pytest.raises(AttributeError, match="no attribute 'opened'"):
        _ = retail_uplift.opened


def test_nobody_can_write_or_read_files(build: PublishedBuild):
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        build.connection.execute("create table marts.new as select 1")
    with pytest.raises(duckdb.PermissionException):
        build.connection.execute("from read_text('/etc/hostname')")
    build.close()
    with pytest.raises(duckdb.ConnectionException):
        build.units()


def test_nothing_heavy_is_imported_before_it_is_used():
    program = (
        "import sys, retail_uplift; "
        "print({'pandas', 'duckdb', 'econml'} & set(sys.modules)); "
        "retail_uplift.open; print('econml' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["set()", "False"]


@pytest.mark.slow
def test_scores_are_those_of_the_campaign_list(real_warehouse: Path):
    with retail_uplift.open(real_warehouse) as build:
        households = build.latest_covariates()
        scored = build.score(households).set_index("household_id")["cate"]
        listed = build.connection.sql(
            "select household_id, predicted_effect from marts.fct_campaign_list "
            "where predicted_effect is not null order by household_id"
        ).df()
    listed = listed.set_index("household_id")["predicted_effect"]
    pd.testing.assert_series_equal(scored, listed, check_names=False, rtol=1e-12)
    assert len(scored) == len(households) > 2_000


@pytest.mark.slow
def test_the_example_refits_a_learner(
    real_warehouse: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), str(real_warehouse)])
    result = runpy.run_path(str(EXAMPLE))
    with duckdb.connect(str(real_warehouse), read_only=True) as connection:
        ((mean,),) = connection.execute(
            "select avg(dr_score) from evidence.fct_dr_scores "
            "where design = 'campaign_trials' and outcome = 'purchase_amount'"
        ).fetchall()
    assert f"campaign_trials: {mean:.2f}" in capsys.readouterr().out
    assert 0.15 < result["first"].mean() < 0.25
