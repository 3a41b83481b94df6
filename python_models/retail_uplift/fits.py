"""The fitting functions that dbt Python models call, behind one import.

dbt runs Python models in threads. Two threads that import scikit-learn at once may each
see it half initialised; with a single module to import, the second waits for the first.
"""

from threadpoolctl import threadpool_limits

from retail_uplift._frames import pivot_features
from retail_uplift._progress import progress_on_stderr
from retail_uplift.associations import assignment_coefficients, partial_r2
from retail_uplift.causal_forest import (
    cross_fit_causal_forest,
    predict_causal_forest,
)
from retail_uplift.clv import fit_clv, predict_clv
from retail_uplift.effect_learners import LearnerSettings, cross_fit_learners
from retail_uplift.need_types import compare_need_models, fit_need_models
from retail_uplift.nuisance import cross_fit_outcomes, cross_fit_propensity
from retail_uplift.policy_trees import TreeSettings, fit_policy_trees
from retail_uplift.projection import linear_residuals
from retail_uplift.refutations import refute_effects
from retail_uplift.segment_comparisons import compare_segments
from retail_uplift.segment_selection import (
    compare_cluster_models,
    compare_factor_models,
)
from retail_uplift.segment_stability import Chain, bootstrap_segments
from retail_uplift.segmentation import fit_nmf, fit_segments, score_factors
from retail_uplift.surrogate import fit_effect_line, fit_effect_tree

# For the life of the process: a limit that one fit lifts when it is done would be
# lifted under another fit's hands, and the last bits of its sums would move.
threadpool_limits(1)

__all__ = [
    "Chain",
    "LearnerSettings",
    "TreeSettings",
    "assignment_coefficients",
    "bootstrap_segments",
    "compare_cluster_models",
    "compare_factor_models",
    "compare_need_models",
    "compare_segments",
    "cross_fit_causal_forest",
    "cross_fit_learners",
    "cross_fit_outcomes",
    "cross_fit_propensity",
    "fit_clv",
    "fit_effect_line",
    "fit_effect_tree",
    "fit_need_models",
    "fit_nmf",
    "fit_policy_trees",
    "fit_segments",
    "linear_residuals",
    "partial_r2",
    "pivot_features",
    "predict_causal_forest",
    "predict_clv",
    "progress_on_stderr",
    "refute_effects",
    "score_factors",
]
