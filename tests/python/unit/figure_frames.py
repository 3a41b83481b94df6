"""Frames of all pictures, small enough to type; the design LEAD comes first."""

import pandas as pd

LEAD, OTHER = "trials", "first_a"
NAMES = {
    1: "Lapsing High Value Many Departments + Health & Beauty",
    2: "Low Value Private Label & Deal Seeker + Uneven Basket",
}


def frame(columns: str, *rows: tuple, **constants: object) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split()).assign(**constants)


def of_both(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows for both designs."""
    return pd.concat([rows.assign(design=LEAD), rows.assign(design=OTHER)])


def named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(segment_name=rows["segment_id"].map(NAMES | {0: "All segments"}))


FRAMES = {
    "shopping_times": frame(
        "weekday_number weekday hour visits_per_day",
        (1, "Monday", 17, 30.0),
        (7, "Sunday", 18, 9.5),
    ),
    "campaign_calendar": frame(
        "campaign_id source_campaign_id campaign_type start_date end_date n_sent "
        "redemption_rate",
        (
            2,
            "B-2",
            "B",
            pd.Timestamp("2017-01-06"),
            pd.Timestamp("2017-01-15"),
            50,
            0.2,
        ),
        (
            1,
            "A-1",
            "A",
            pd.Timestamp("2017-01-01"),
            pd.Timestamp("2017-01-10"),
            0,
            None,
        ),
    ),
    "promotion_lifts": frame(
        "department brand sales display_lift mailer_lift combined_lift",
        ("DELI", "Private", 5.0, None, 3.0, None),
        ("GROCERY", "National", 9.0, 1.5, 2.0, 4.0),
    ),
    "factor_heatmap": frame(
        "factor factor_name feature loading",
        (1, "Loyal", "frequency", 4.0),
        (1, "Loyal", "share_fresh", 0.001),
        (1, "Loyal", "n_products", 2.0),
        (2, "Fresh", "frequency", 0.0),
        (2, "Fresh", "share_fresh", 0.5),
        (2, "Fresh", "n_products", 0.1),
    ),
    "selection_curves": frame(
        "method k metric value std_error is_chosen reason",
        ("k_means", 2, "stability", 0.5, 0.1, False, None),
        ("k_means", 3, "stability", 0.8, 0.1, True, "best of all"),
        ("k_means", 3, "inertia", 30.0, None, True, "best of all"),
        ("bic_less", 2, "stability", None, None, False, None),
        ("bic_less", 3, "stability", 0.4, None, False, None),
        ("bic_less", 3, "failure", None, None, False, "did not converge"),
        clustering="needs_high",
        stable_from=0.7,
    ),
    "profile_heatmap": named(
        frame(
            "segment_id feature position feature_role z_score",
            (1, "share_fresh", 27, "need", -0.04),
            (1, "recency", 1, "value", 3.1),
            (2, "share_fresh", 27, "need", None),
            (2, "recency", 1, "value", -0.5),
        )
    ),
    "positioning": named(
        frame(
            "pair_id segment_id x y household_share",
            (1, 1, 10.0, 0.2, 0.4),
            (1, 2, 30.0, 0.4, 0.6),
            pair_name="Visits and fresh",
            x_variable="frequency",
            x_unit="baskets",
            x_population=22.0,
            y_variable="share_fresh",
            y_unit="share of sales",
            y_population=0.32,
        )
    ),
    "stability": named(
        frame(
            "method metric segment_id value ci_lower ci_upper is_stable stable_from",
            ("bootstrap", "adjusted_rand_index", 0, 0.5, 0.4, 0.6, False, 0.7),
            ("bootstrap", "jaccard", 1, 0.8, 0.7, 0.9, True, 0.7),
            ("bootstrap", "jaccard", 2, 0.3, 0.1, 0.7, False, 0.7),
            ("split_half", "jaccard", 1, 0.6, None, None, False, 0.7),
            ("split_half", "jaccard", 2, None, None, None, None, 0.7),
            ("split_half", "migration_rate", 0, 0.99, None, None, None, None),
        )
    ),
    "migration": frame(
        "from_segment_id to_segment_id to_segment_name n_households share_of_from "
        "is_stay",
        (1, 0, "No purchase", 10, 0.1, False),
        (1, 1, "Loyal", 90, 0.9, True),
        (2, 0, "No purchase", 0, 0.0, False),
        (2, 1, "Loyal", 300, 1.0, False),
    ).assign(from_segment_name=lambda rows: rows["from_segment_id"].map(NAMES)),
    "value_need": frame(
        "value_tier need_type n_households sales_share mean_sales",
        ("Low", "Fresh", 600, 0.1, 10.0),
        ("High", "Fresh", 100, 0.3, 900.0),
        ("High", "Deal Seeker", 200, 0.6, 800.0),
    ),
    "clv_calibration": frame(
        "method forecast_decile mean_predicted_purchases mean_actual_purchases "
        "mean_predicted_sales mean_actual_sales",
        ("run_rate", 1, 2.0, 3.0, 20.0, 45.0),
        ("run_rate", 2, 8.0, 6.0, 80.0, 70.0),
    ),
    "feature_histograms": frame(
        "position feature bin from_value to_value household_share",
        (1, "recency", 1, 0.0, 4.0, 0.7),
        (1, "recency", 2, 4.0, 8.0, 0.3),
        (2, "n_products", 1, 5.0, 5.0, 1.0),
    ),
    "association_heatmap": frame(
        "position variable other_position other_variable value is_strong",
        (1, "recency", 2, "n_products", -0.816, True),
        (1, "recency", 3, "income", 0.2, False),
        (2, "n_products", 3, "income", None, None),
    ).assign(coefficient="pearson"),
    "group_differences": frame(
        "group_pair variable effect_size size is_by_definition repeats_definition",
        ("high_value", "frequency", 0.8, "large", False, True),
        ("high_value", "monetary_sales", None, None, True, False),
        ("sent", "frequency", 0.82, "large", False, False),
        ("sent", "monetary_sales", 0.01, "none shown", False, False),
    ).assign(
        test="mann_whitney",
        group_label=lambda rows: rows["group_pair"].map(
            {"high_value": "top quarter by sales", "sent": "was sent a campaign"}
        ),
        other_label="all others",
    ),
    "effect_forest": frame(
        "design estimand estimator estimate ci_lower ci_upper is_headline "
        "is_comparison overlap_gate gate_status caution",
        (LEAD, "ATE", "AIPW", 23.0, None, None, False, False, "failed", "failed", None),
        (LEAD, "ATO", "AIPW", 29.0, 8.2, 49.9, True, False, "passed", "passed", None),
        (LEAD, "naive", "difference", 60.0, 50, 70, False, True, None, "none", None),
        (
            OTHER,
            "ATE",
            "A",
            -8.0,
            -4e3,
            4e3,
            False,
            False,
            "passed",
            "failed",
            "Beware.",
        ),
        (
            OTHER,
            "ATO",
            "A",
            5.0,
            1.0,
            9.0,
            True,
            False,
            "passed",
            "doubtful",
            "Beware.",
        ),
        (
            OTHER,
            "PLR",
            "A",
            None,
            None,
            None,
            False,
            True,
            "passed",
            "passed",
            "Beware.",
        ),
    ),
    "propensity_overlap": of_both(
        frame(
            "is_treated bin_lower bin_upper share n_arm",
            (True, 0.05, 0.1, 0.1, 50),
            (True, 0.1, 0.15, 0.9, 50),
            (False, 0.05, 0.1, 0.6, 70),
            (False, 0.85, 0.9, 0.4, 70),
        )
    ),
    "covariate_balance": frame(
        "design covariate smd_unweighted smd_ipw smd_att smd_overlap smd_matched",
        (LEAD, "recency", -0.7, 0.15, 0.03, 0.01, None),
        (LEAD, "n_products", 1.1, -0.03, -0.02, 0.0, 0.116),
        (OTHER, "age", 0.2, 0.4, 0.3, 0.0, 0.0),
    ),
    "group_effects": frame(
        "design grouping group_name segment_id estimand estimate ci_lower ci_upper "
        "n_households gate_status",
        (LEAD, "segment", "Loyal", 1, "ATO", 30.0, 0.25, 50.0, 90, "passed"),
        (LEAD, "segment", "Loyal", 1, "ATE", 35.0, 5.0, 65.0, 90, "passed"),
        (LEAD, "segment", "Rare", 2, "ATO", None, None, None, 9, "too few"),
        (LEAD, "region", "above 0.9", None, "ATO", 1.0, -1.0, 3.0, 8, "passed"),
        (LEAD, "region", "below 0.1", None, "ATO", -5.0, -25.0, 15.0, 70, "passed"),
        (LEAD, "region", "below 0.1", None, "ATE", -90.0, -250, 70, 70, "failed"),
    ).astype({"segment_id": "Int32"}),
    "targeting_curves": of_both(
        frame(
            "learner share_targeted is_primary toc ci_lower ci_upper",
            ("causal_forest", 0.5, True, 10.0, -20.0, 40.0),
            ("causal_forest", 1.0, True, 0.0, 0.0, 0.0),
            ("spend_rule", 0.5, False, 20.0, -10.0, 50.0),
            ("spend_rule", 1.0, False, 0.0, 0.0, 0.0),
            ("r_learner", 0.5, False, -5.0, -9.0, 9.0),
            random_lower=-30.0,
            random_upper=30.0,
        )
    ),
    "cate_calibration": of_both(
        frame(
            "cate_group mean_cate gate ci_lower ci_upper",
            (1, 10.0, 12.0, -8.0, 32.0),
            (2, 20.0, 70.0, 50.0, 90.0),
            learner="causal_forest",
        )
    ),
    "learner_agreement": of_both(
        frame(
            "learner_a learner_b spearman top_20_overlap",
            ("causal_forest", "causal_forest", 0.6, 0.5),
            ("causal_forest", "stack", 0.5, 0.44),
            ("causal_forest", "t_learner", 0.2, 0.3),
            ("stack", "t_learner", 0.4, 0.2),
        )
    ),
    "placebo_distributions": frame(
        "design refuter replicate_id estimate is_passed",
        (LEAD, "placebo", 0, 29.0, True),
        (LEAD, "placebo", 1, -3.0, True),
        (LEAD, "placebo", 2, 3.5, True),
        (OTHER, "shifted", 0, 70.0, None),
        (OTHER, "shifted", 1, 0.5, None),
        estimand="ATO",
        expected_estimate=0.0,
    ).astype({"is_passed": "boolean"}),
    "causal_graph": frame(
        "position cause effect cause_kind effect_kind cause_layer effect_layer "
        "is_confounder partial_r2",
        (1, "sent", "purchases", "treatment", "outcome", 3, 4, False, None),
        (2, "visits before", "sent", "measured", "treatment", 2, 3, True, 0.06),
        (3, "visits before", "purchases", "measured", "outcome", 2, 4, True, 0.006),
        (4, "age", "visits before", "measured", "measured", 2, 2, False, None),
        (5, "strategy", "sent", "unmeasured", "treatment", 1, 3, True, None),
        (6, "strategy", "purchases", "unmeasured", "outcome", 1, 4, True, None),
    ),
    "campaign_brackets": frame(
        "campaign_id decision answer adjusted_estimate bracket_lower bracket_upper "
        "profit_lower profit_upper n_compared",
        (1, "scale", "raised sales", 3.0, 1.0, 5.0, 10.0, 900.0, 40),
        (2, "stop", "lowered sales", -3.0, -5.0, -1.0, -900.0, -10.0, 40),
        (3, "unclear", "unclear", 1.0, -2.0, 3.0, -80.0, 90.0, 40),
        (4, "unclear", "too few", None, -9.0, 7.0, None, None, 5),
        (5, "unclear", "not known", None, None, None, None, None, None),
        campaign_type="A",
        unadjusted_estimate=0.5,
    ),
    "event_study": frame(
        "scope relative_week estimate ci_lower ci_upper",
        ("all campaigns", -2, 1.0, -1.0, 3.0),
        ("all campaigns", 0, 2.0, 1.0, 3.0),
        ("type A", -2, -1.0, -3.0, 1.0),
        ("type A", 0, 0.0, -2.0, 2.0),
    ),
    "roi_curve": frame(
        "design share_targeted profit ci_lower ci_upper population gate_status",
        (LEAD, 0.25, 400.0, -100.0, 900.0, "all", "failed"),
        (LEAD, 0.5, 700.0, -50.0, 1450.0, "all", "failed"),
        (LEAD, 1.0, -600.0, -1600.0, 400.0, "all", "failed"),
        (OTHER, 1.0, 80.0, -20.0, 180.0, "comparable", "passed"),
        is_decisive=True,
    ),
    "policy_forest": frame(
        "design policy label share_targeted population n_units profit_vs_none "
        "profit_vs_none_ci_lower profit_vs_none_ci_upper gate_status caution",
        (LEAD, "all", "everybody", 1.0, "all", 90, -60, -160, 40, "failed", None),
        (LEAD, "all", "everybody", 1.0, "comparable", 45, -3, -8, 2, "passed", None),
        (LEAD, "top", "first", 0.3, "all", 90, 50, 10, 90, "failed", None),
        (OTHER, "top", "first", 0.3, "all", 60, 2, -9, 49, "passed", "Beware."),
        (OTHER, "top", "first", 0.3, "comparable", 30, 1, 0, 2, "passed", "Beware."),
    ),
    "scenario_heatmap": of_both(
        frame(
            "policy cost_per_contact margin is_configured profit ci_lower ci_upper",
            ("treat_all", 5.0, 0.2, False, 300.0, -100.0, 700.0),
            ("treat_all", 5.0, 0.4, False, 1500.0, 900.0, 2100.0),
            ("treat_all", 12.73, 0.2, False, -2000.0, -3000.0, -1000.0),
            ("treat_all", 12.73, 0.4, False, -40.0, -90.0, 10.0),
            # A measured cost stands between those of the grid, with one margin.
            ("treat_all", 6.5, 0.4, True, 800.0, 300.0, 1300.0),
            population="all",
            gate_status="passed",
            is_decisive=True,
        )
    ),
    "segment_actions": named(
        frame(
            "design segment_id n_households profit_per_contact profit_ci_lower "
            "profit_ci_upper current_share recommended_share action caution",
            (LEAD, 1, 250, 2.0, -48.0, 52.0, 0.7, 0.7, "test", None),
            (LEAD, 2, 9, None, None, None, 0.9, 0.9, "test", None),
            (OTHER, 1, 240, -7.0, -9.0, -5.0, 0.6, 0.0, "reduce", "Beware."),
        )
    ),
    "power_curves": frame(
        "method horizon_weeks target is_configured minimum_detectable_effect "
        "target_effect",
        ("plain", 4, "effect of past campaigns", False, 20.0, 15.0),
        ("plain", 8, "effect of past campaigns", False, 40.0, 30.0),
        ("cuped", 4, "effect of past campaigns", False, 12.0, 15.0),
        ("cuped", 8, "effect of past campaigns", False, 24.0, 30.0),
        ("cuped", 8, "break-even, documents_flat", False, 24.0, 42.0),
        ("cuped", 8, "break-even, stated", True, 24.0, 7.0),
        treated_share=0.5,
        arm_rule="one campaign",
        n_households=2300,
    ),
}
