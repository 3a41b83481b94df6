"""Decisions marts small enough to type; the design that leads cannot be graded."""

import pandas as pd
from effect_marts import LEAD, OTHER, VERDICTS

# Enough comparable units in the other design alone.
GATE = pd.DataFrame({"design": [LEAD, OTHER], "is_overlap_sufficient": [False, True]})

POINTS = pd.DataFrame(
    [
        (LEAD, 0.25, 400.0, -100.0, 900.0, 1000.0, 0.4, -0.1, 0.9),
        (LEAD, 0.5, 700.0, -50.0, 1450.0, 2000.0, 0.3, -0.2, 0.8),
        (LEAD, 0.75, 100.0, -800.0, 1000.0, 3000.0, -0.6, -1.0, -0.2),
        (LEAD, 1.0, -600.0, -1600.0, 400.0, 4000.0, -0.7, -1.5, 0.1),
        (OTHER, 0.5, 50.0, 10.0, 90.0, 100.0, 0.5, 0.1, 0.9),
        (OTHER, 1.0, 80.0, -20.0, 180.0, 200.0, None, None, None),
    ],
    columns=[
        *("design", "share_targeted", "profit", "ci_lower", "ci_upper"),
        *("contact_cost", "marginal_profit", "marginal_ci_lower"),
        "marginal_ci_upper",
    ],
)
# What the pictures of the curve are given: points with the gate.
GATED_POINTS = POINTS.merge(GATE, on="design")

POLICY_VALUES = pd.DataFrame(
    [
        (LEAD, "treat_none", "nobody", 0.0, 90, 0, 0, 0, 0, 0, 0),
        (LEAD, "treat_all", "everybody", 1.0, 90, -600, -1600, 400, -30, -80, 20),
        (LEAD, "top", "first 30 %", 0.3, 90, 500, 100, 900, None, None, None),
        (OTHER, "treat_none", "nobody", 0.0, 60, 0, 0, 0, 0, 0, 0),
        (OTHER, "treat_all", "everybody", 1.0, 60, 80, 5, 155, 70, 1, 139),
        (OTHER, "top", "first 30 %", 0.3, 60, 20, -9, 49, 20, -9, 49),
    ],
    columns=[
        *("design", "policy", "label", "share_targeted", "n_units"),
        *("profit_vs_none", "profit_vs_none_ci_lower", "profit_vs_none_ci_upper"),
        *("overlap_profit", "overlap_ci_lower", "overlap_ci_upper"),
    ],
).assign(
    gate_status=["passed", "failed", "failed", "passed", "passed", "passed"],
    n_overlap_units=lambda rows: rows["n_units"] // 2,
    caution=lambda rows: rows["design"].map({OTHER: "Controls differ."}),
)

SCENARIOS = pd.DataFrame(
    [
        (
            design,
            policy,
            cost,
            margin,
            configured,
            profit,
            profit - width,
            profit + width,
        )
        for design, width in ((LEAD, 1000.0), (OTHER, 10.0))
        for cost, margin, configured, rule, everybody in (
            (5.0, 0.2, False, 300.0, -500.0),
            (5.0, 0.4, False, 1500.0, 900.0),
            (12.73, 0.2, False, -40.0, -2000.0),
            (12.73, 0.4, True, 200.0, -1200.0),
        )
        for policy, profit in (
            ("effect_above_break_even", rule),
            ("treat_all", everybody),
        )
    ],
    columns=[
        *("design", "policy", "cost_per_contact", "margin", "is_configured"),
        *("profit", "ci_lower", "ci_upper"),
    ],
).merge(GATE, on="design")

ACTIONS = pd.DataFrame(
    [
        (LEAD, 1, "Loyal", 250, 2.0, -48.0, 52.0, 0.7, 0.7, "test", "failed"),
        (LEAD, 2, "Rare", 9, None, None, None, 0.9, 0.9, "test", "too few"),
        (LEAD, 3, "Fresh", 300, 8.0, 0.4, 15.6, 0.2, 1.0, "expand", "passed"),
        (OTHER, 1, "Loyal", 240, -7.0, -9.0, -5.0, 0.6, 0.0, "reduce", "passed"),
        (OTHER, 3, "Fresh", 280, 7.0, 5.0, 9.0, 1.0, 1.0, "hold", "passed"),
    ],
    columns=[
        *("design", "segment_id", "segment_name", "n_households"),
        *("profit_per_contact", "profit_ci_lower", "profit_ci_upper"),
        *("current_share", "recommended_share", "action", "gate_status"),
    ],
).assign(caution=lambda rows: rows["design"].map({OTHER: "Controls differ."}))

POWER = pd.DataFrame(
    [
        (share, arm_rule, method, weeks, target, effect, detectable * weeks / 4)
        for share, factor in ((0.5, 1.0), (0.9, 2.0))
        for arm_rule, method, detectable in (
            ("one campaign", "plain", 20.0 * factor),
            ("one campaign", "cuped", 12.0 * factor),
            ("same arm throughout", "plain", 18.0 * factor),
        )
        for weeks in (4, 8)
        for target, effect in (
            ("break-even, documents_flat", 42.0),
            ("break-even, retailer_funded", 0.7),
            ("effect of past campaigns", 15.0 * weeks / 4),
        )
    ],
    columns=[
        *("treated_share", "arm_rule", "method", "horizon_weeks", "target"),
        *("target_effect", "minimum_detectable_effect"),
    ],
).assign(
    metric="purchase_amount",
    n_households=2300,
    is_possible=lambda rows: rows["minimum_detectable_effect"] <= rows["target_effect"],
)

DECISION_MARTS = {
    "fct_verdicts": VERDICTS,
    "fct_overlap": GATE,
    "fct_roi_curve": POINTS,
    "fct_policy_values": POLICY_VALUES,
    "fct_scenarios": SCENARIOS,
    "fct_segment_actions": ACTIONS,
    "fct_power_targets": pd.concat([POWER, POWER.assign(metric="purchase_count")]),
}
