"""Effects marts small enough to type; two designs, the second of which leads."""

import pandas as pd

LEAD, OTHER = "trials", "first_a"

VERDICTS = pd.DataFrame(
    {
        "design": [OTHER, LEAD, LEAD],
        "question_id": ["did_spend_rise", "did_spend_rise", "how_fragile_is_it"],
        "is_primary_design": [False, True, True],
    }
)

BINS = pd.DataFrame(
    [
        (design, is_treated, lower / 100, (lower + 5) / 100, 50, share)
        for design in (LEAD, OTHER)
        for is_treated, shares in (
            # The first and the last but one bin lie outside 0.1 to 0.9.
            (True, {5: 0.1, 10: 0.3, 85: 0.4, 90: 0.2}),
            (False, {5: 0.5, 10: 0.4, 85: 0.1, 90: 0.0}),
        )
        for lower, share in shares.items()
    ],
    columns=["design", "is_treated", "bin_lower", "bin_upper", "n_arm", "share"],
)

BALANCE = pd.DataFrame(
    [
        (LEAD, "recency", -0.7, 0.15, 0.03, 0.01, None),
        (LEAD, "n_products", 1.1, -0.03, -0.02, 0.0, 0.116),
        (LEAD, "share_fresh", 0.02, 0.02, 0.02, 0.0, -0.06),
        (OTHER, "n_products", 1.3, 0.4, 0.3, 0.0, 0.0),
        (OTHER, "age", 0.2, 0.4, 0.3, 0.0, 0.0),
    ],
    columns=[
        *("design", "covariate", "smd_unweighted", "smd_ipw", "smd_att"),
        *("smd_overlap", "smd_matched"),
    ],
)

ESTIMATES = pd.DataFrame(
    [
        (LEAD, "ATE", "AIPW", 23.0, -7.0, 53.0, False, False, "failed"),
        (LEAD, "ATO", "AIPW", 29.0, 8.2, 49.9, True, False, "passed"),
        (LEAD, "naive", "difference in means", 400.0, 390, 410, False, True, "none"),
        (LEAD, "variance-weighted", "PLR", 25.0, 5.0, 45.0, False, True, "passed"),
        (OTHER, "ATE", "AIPW", -88.0, -4000, 4000, False, False, "failed"),
        (OTHER, "ATO", "AIPW", None, None, None, True, False, "passed"),
        (OTHER, "naive", "difference in means", 300.0, 290, 310, False, True, "none"),
    ],
    columns=[
        *("design", "estimand", "estimator", "estimate", "ci_lower", "ci_upper"),
        *("is_headline", "is_comparison", "gate_status"),
    ],
).assign(
    outcome="purchase_amount",
    caution=lambda rows: rows["design"].map({OTHER: "Controls differ."}),
)

RULES = pd.DataFrame(
    [
        (design, rule, threshold, kept, *interval, rule == "crump")
        for design in (LEAD, OTHER)
        for rule, threshold, kept, interval in (
            ("none", 0.0, 1.0, (20.0, -10.0, 50.0)),
            ("0.1", 0.1, 0.5, (30.0, 6.0, 54.0)),
            ("crump", 0.053, 0.7, (28.0, 4.0, 52.0)),
            ("0.4", 0.4, 0.01, (None, None, None)),
        )
    ],
    columns=[
        *("design", "rule", "threshold", "share_kept", "estimate", "ci_lower"),
        *("ci_upper", "is_predeclared"),
    ],
).assign(outcome="purchase_amount")

CATES = pd.DataFrame(
    [
        (design, campaign_id, household_id, cate, cate - 20.0, cate + 20.0)
        for design in (LEAD, OTHER)
        for campaign_id, household_id, cate in (
            (8, 1, 10.0),
            (8, 2, 30.0),
            (13, 1, -50.0),
            (13, 3, 15.0),
        )
    ],
    columns=[
        *("design", "campaign_id", "household_id", "cate", "ci_lower", "ci_upper"),
    ],
).assign(outcome="purchase_amount", learner="causal_forest")

GROUPS = pd.DataFrame(
    [
        (LEAD, "segment", "Loyal & Fresh", 1, "ATO", 30.0, 0.25, 50.0, 90, "passed"),
        (LEAD, "segment", "Loyal & Fresh", 1, "ATE", 35.0, 5.0, 65.0, 90, "passed"),
        (LEAD, "segment", "Rare", 2, "ATO", None, None, None, 9, "too few"),
        (LEAD, "segment", "Rare", 2, "ATE", None, None, None, 9, "too few"),
        *(
            (LEAD, "propensity_region", name, None, estimand, *rest)
            for name, estimand, rest in (
                ("below 0.1", "ATO", (-5.0, -25.0, 15.0, 70, "passed")),
                ("below 0.1", "ATE", (-90.0, -250.0, 70.0, 70, "failed")),
                ("0.1 to 0.9", "ATO", (25.0, 5.0, 45.0, 80, "passed")),
                ("above 0.9", "ATO", (None, None, None, 8, "too few")),
            )
        ),
        (OTHER, "segment", "Loyal & Fresh", 1, "ATO", None, None, None, 9, "too few"),
    ],
    columns=[
        *("design", "grouping", "group_name", "segment_id", "estimand", "estimate"),
        *("ci_lower", "ci_upper", "n_households", "gate_status"),
    ],
).assign(outcome="purchase_amount")

CURVES = pd.DataFrame(
    [
        (design, learner, share, learner == "causal_forest", toc, toc - 30, toc + 30)
        for design in (LEAD, OTHER)
        for learner, tocs in (
            ("causal_forest", (50.0, 10.0, 0.0)),
            ("spend_rule", (60.0, 20.0, 0.0)),
            ("r_learner", (-5.0, 5.0, 0.0)),
        )
        for share, toc in zip((0.1, 0.5, 1.0), tocs, strict=True)
    ],
    columns=[
        *("design", "learner", "share_targeted", "is_primary", "toc"),
        *("ci_lower", "ci_upper"),
    ],
).assign(outcome="purchase_amount", random_lower=-40.0, random_upper=40.0)

CALIBRATION = pd.DataFrame(
    [
        (design, group, 10.0 * group, gate, gate - 20, gate + 20)
        for design in (LEAD, OTHER)
        for group, gate in ((1, 12.0), (2, 70.0), (3, 25.0))
    ],
    columns=["design", "cate_group", "mean_cate", "gate", "ci_lower", "ci_upper"],
).assign(outcome="purchase_amount", learner="causal_forest")

TENTHS = pd.DataFrame(
    [
        (design, target, learner, tenth, scale * tenth, scale * tenth + miss)
        for design in (LEAD, OTHER)
        for target, learner, scale, miss in (
            ("propensity", "logistic", 0.1, 0.02),
            ("propensity", "boosting", 0.1, -0.06),
            ("purchase_amount", "ridge", 100.0, 20.0),
        )
        # The other design has no outcome means.
        if (design, target) != (OTHER, "purchase_amount")
        for tenth in (1, 5, 9)
    ],
    columns=[
        *("design", "target", "learner", "tenth", "mean_predicted", "mean_observed"),
    ],
)

REPLICATES = pd.DataFrame(
    [
        (design, refuter, i, estimate)
        for design, refuter, real in (
            (LEAD, "placebo treatment", 29.0),
            (LEAD, "date-shifted campaign", 28.0),
            (OTHER, "date-shifted campaign", 70.0),
        )
        for i, estimate in enumerate([real, -3.0, 0.5, 3.5, 1.0])
    ],
    columns=["design", "refuter", "replicate_id", "estimate"],
).assign(outcome="purchase_amount", estimand="ATO")

REFUTATIONS = (
    pd.DataFrame(
        [
            (LEAD, "placebo treatment", "ATO", True, True),
            (LEAD, "date-shifted campaign", "ATO", True, None),
            (LEAD, "date-shifted campaign", "ATE", False, False),
            (OTHER, "date-shifted campaign", "ATO", True, False),
        ],
        columns=["design", "refuter", "estimand", "is_headline", "is_passed"],
    )
    .astype({"is_passed": "boolean"})
    .assign(outcome="purchase_amount", expected_estimate=0.0)
)

VARIANTS = pd.DataFrame(
    [
        (LEAD, LEAD, "as designed", 29.0, 8.0, 50.0, 1126, True),
        (LEAD, "trials_28_days", "first 28 days", 6.0, -4.0, 15.0, 1126, False),
        (LEAD, "trials_short", "look-back half as long", 47.0, 25.0, 69.0, 1106, True),
        (OTHER, OTHER, "as designed", 37.0, 2.0, 72.0, 1031, True),
    ],
    columns=[
        *("design", "variant", "difference", "estimate", "ci_lower", "ci_upper"),
        *("n_treated", "is_inside_interval"),
    ],
).assign(estimand="ATO", is_headline=True)

# What the placebos' picture is given: replicates with what was found.
REFUTED = REPLICATES.merge(REFUTATIONS, on=["design", "outcome", "estimand", "refuter"])

EFFECT_MARTS = {
    "fct_verdicts": VERDICTS,
    "fct_propensity_histogram": BINS,
    "fct_covariate_balance": BALANCE,
    "fct_effect_estimates": pd.concat(
        [ESTIMATES, ESTIMATES.assign(outcome="purchase_count")]
    ),
    "fct_trimming": RULES,
    "fct_cate": pd.concat([CATES, CATES.assign(learner="r_learner")]),
    "fct_group_effects": pd.concat([GROUPS, GROUPS.assign(grouping="campaign")]),
    "fct_toc": CURVES,
    "fct_cate_calibration": CALIBRATION,
    "fct_nuisance_calibration": pd.concat(
        [TENTHS, TENTHS.assign(target="purchase_any")]
    ).drop_duplicates(["design", "target", "learner", "tenth"]),
    "fct_refutation_replicates": pd.concat(
        [REPLICATES, REPLICATES[5:6].assign(estimand="ATE")]
    ),
    "fct_refutations": REFUTATIONS,
    "fct_design_sensitivity": pd.concat(
        [VARIANTS, VARIANTS.assign(estimand="ATE", is_headline=False)]
    ),
}
