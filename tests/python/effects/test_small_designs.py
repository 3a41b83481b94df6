"""Designs that are too small to fit on are counted, and the build goes on."""

import shutil
from pathlib import Path

import pytest
from dbt_runner import public_tables, query, run_dbt_or_fail
from tiny_canonical import SMALL_FITS

# With 100 households needed first_any and the placebos are too small.
TOO_SMALL = {
    "campaign_trials_long_lookback",
    "campaign_trials_shifted",
    "first_any",
    "first_any_shifted",
    "first_any_uncontaminated",
    "first_type_a_long_lookback",
    "first_type_a_shifted",
    "randomised_holdout",
}
# Of the public tables with designs, those that say nothing without predicted effects.
OF_PREDICTED_EFFECTS = {
    "evidence.fct_cate",
    "evidence.fct_cate_summary",
    "evidence.fct_cate_validation",
    "evidence.fct_household_costs",
    "evidence.fct_group_evidence",
    "evidence.fct_policy_choice",
    "evidence.fct_policy_value_estimators",
    "evidence.fct_unit_evidence",
    "marts.fct_policy_rules",
    "marts.fct_policy_values",
    "marts.fct_roi_curve",
    "marts.fct_scenarios",
    "marts.fct_segment_actions",
}

NOT_ABOUT_CAMPAIGNS = (
    "question_id not in "
    "(select question_id from seeds.questions where is_about_campaigns)"
)


def edition(tiny_folder: Path, **more: object) -> dict[str, object]:
    return {"edition": "canonical", "raw_dir": str(tiny_folder)} | SMALL_FITS | more


def copied(tiny_warehouse: Path, folder: Path) -> Path:
    folder.mkdir()
    return Path(shutil.copy(tiny_warehouse, folder))


def estimable(warehouse: Path) -> dict[str, bool]:
    return dict(
        query(
            warehouse, "select design, is_estimable from intermediate.int_design_sizes"
        )
    )


@pytest.fixture(scope="module")
def fewer_designs(
    tiny_warehouse: Path, tiny_folder: Path, scratch_folder: Path
) -> Path:
    """The tiny edition where the only design with predicted effects is too small."""
    warehouse = copied(tiny_warehouse, scratch_folder / "fewer_designs")
    run_dbt_or_fail(
        [
            *("build", "--select", "int_design_sizes+"),
            *("--exclude-resource-type", "unit_test"),
        ],
        warehouse,
        vars=edition(
            tiny_folder,
            min_arm_households=100,
            cate_designs=["first_any"],
            primary_design="first_any",
        ),
    )
    return warehouse


def test_the_tiny_edition_has_designs_without_a_trial(tiny_warehouse: Path):
    """A look-back of 182 days leaves no trial in forty weeks."""
    rows = query(
        tiny_warehouse,
        "select design, n_treated_households, n_control_households "
        "from intermediate.int_design_sizes where not is_estimable order by design",
    )
    assert rows == [
        ("campaign_trials_long_lookback", 0, 0),
        ("first_type_a_long_lookback", 0, 0),
        ("randomised_holdout", 0, 0),
    ]


def test_designs_that_are_too_small_are_counted(fewer_designs: Path):
    sizes = estimable(fewer_designs)
    assert {design for design in sizes if not sizes[design]} == TOO_SMALL
    ((n_treated, n_control),) = query(
        fewer_designs,
        "select n_treated_households, n_control_households "
        "from intermediate.int_design_sizes where design = 'first_any'",
    )
    assert min(n_treated, n_control) > 100
    counted = query(
        fewer_designs,
        "select is_treated, count(distinct household_id) from marts.fct_trial_units "
        "where design = 'first_any' group by is_treated",
    )
    assert dict(counted) == {True: n_treated, False: n_control}


def test_designs_that_are_too_small_are_estimated_nowhere(fewer_designs: Path):
    for table in (
        "intermediate.int_estimation_units",
        "fitted.py_propensity",
        "fitted.py_outcome_means",
        "marts.fct_effect_estimates",
    ):
        designs = {
            row for (row,) in query(fewer_designs, f"select design from {table}")
        }
        assert designs, table
        assert designs.isdisjoint(TOO_SMALL), table
    # The primary design answers by what it lacks.
    told = dict(
        query(
            fewer_designs,
            "select design, bool_and(answer = 'no comparison') from marts.fct_verdicts "
            "where question_id != 'can_the_next_campaign_prove_it' "
            f"and {NOT_ABOUT_CAMPAIGNS} group by design",
        )
    )
    assert told == {"campaign_trials": False, "first_type_a": False, "first_any": True}


def test_without_predicted_effects_their_marts_are_empty(
    fewer_designs: Path, tiny_warehouse: Path
):
    assert set(public_tables(tiny_warehouse)) >= OF_PREDICTED_EFFECTS
    for mart in OF_PREDICTED_EFFECTS:
        count = f"select count(*) from {mart}"
        assert query(fewer_designs, count) == [(0,)], mart
        assert query(tiny_warehouse, count) != [(0,)], mart


def test_a_build_without_a_large_enough_design_is_empty_and_says_so(
    tiny_warehouse: Path, tiny_folder: Path, scratch_folder: Path
):
    warehouse = copied(tiny_warehouse, scratch_folder / "no_design")
    run_dbt_or_fail(
        [
            *("build", "--select", "int_design_sizes+"),
            *("--exclude-resource-type", "unit_test"),
        ],
        warehouse,
        vars=edition(tiny_folder, min_arm_households=1_000),
    )
    # The sizes are there to be looked at.
    sizes = estimable(warehouse)
    assert len(sizes) == len(estimable(tiny_warehouse))
    assert not any(sizes.values())
    assert query(warehouse, "from marts.fct_effect_estimates") == []
    told = query(
        warehouse,
        "select distinct answer, verdict from marts.fct_verdicts "
        "where question_id != 'can_the_next_campaign_prove_it' "
        f"and {NOT_ABOUT_CAMPAIGNS}",
    )
    assert len(told) == 1
    assert told[0][0] == "no comparison"
    assert "comparable households were" in told[0][1]
    assert "at least 1,250 are needed" in told[0][1]
