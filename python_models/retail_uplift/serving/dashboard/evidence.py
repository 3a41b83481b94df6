"""Page Evidence: why the answers may be believed, and why not."""

import pandas as pd
import streamlit as st

from retail_uplift.figures import effects as pictures
from retail_uplift.figures.drawing import words
from retail_uplift.serving import markup, tables
from retail_uplift.serving.dashboard import show
from retail_uplift.serving.dashboard.builds import Build, ask


def page(build: Build) -> None:
    """Show the part of the evidence that is picked."""
    st.title("How sure are we?")
    views = {
        "Effect": _effect,
        "Comparable groups": _overlap,
        "Predictions": _predictions,
        "Attempts to refute it": _refutations,
        "Hidden causes": _sensitivity,
        "Assumptions": _assumptions,
        "Audit": _audit,
    }
    view = st.segmented_control("Part", list(views), default="Effect")
    if view:
        views[view](build)


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose designs are written as words."""
    return rows.assign(design=rows["design"].map(words)) if len(rows) else rows


def _effect(build: Build) -> None:
    st.markdown("Do different methods give the same effect on sales?")
    show.figure(build, pictures.effect_forest)
    gates = ask(build, "gates")
    if gates.empty:
        show.missing("No effect was estimated:", "the build has no campaign.")
        return
    show.html(tables.gates(gates))


def _overlap(build: Build) -> None:
    st.markdown("Were households that were sent a campaign like those that were not?")
    populations = _named(ask(build, "populations"))
    if len(populations):
        columns = {
            "design": ("design", markup.words),
            "population": ("units", markup.words),
            "n_units": ("number", markup.count),
            "share_in_10_90": ("could be in either group", markup.share),
            "max_smd": ("largest difference left", markup.number),
            "gate_status": ("check", markup.words),
        }
        show.table(populations, columns, "Units that designs compare")
    show.figure(build, pictures.propensity_overlap)
    show.figure(build, pictures.covariate_balance)


def _predictions(build: Build) -> None:
    st.markdown("Do those gain more for whom more is predicted?")
    show.figure(build, pictures.cate_calibration)
    show.figure(build, pictures.targeting_curves)


def _refutations(build: Build) -> None:
    st.markdown("What would the same method say where there is nothing to find?")
    rows = ask(build, "refutations")
    if rows.empty:
        show.missing("Nothing was refuted:", "the build has no effect on sales.")
        return
    show.html(tables.refutations(rows))
    show.figure(build, pictures.placebo_distributions)


def _sensitivity(build: Build) -> None:
    st.markdown("How strong would a hidden cause have to be?")
    rows = ask(build, "sensitivity")
    if rows.empty:
        show.missing("There is no analysis:", "the build has no effect on sales.")
        return
    columns = {
        "analysis": ("analysis", markup.words),
        "scenario": ("scenario", markup.words),
        "could_be_zero": ("could there be no effect", markup.yes),
        "verdict": ("what it says", markup.words),
    }
    show.table(rows, columns, "What would explain the effect on sales away")


def _assumptions(build: Build) -> None:
    st.markdown("What do the answers take for granted?")
    rows = ask(build, "assumptions")
    if rows.empty:
        show.missing("Nothing is assumed:", "the build has no effect.")
        return
    show.html(tables.assumptions(rows))
    show.figure(build, pictures.causal_graph)


def _audit(build: Build) -> None:
    st.markdown("Do the estimators find an effect that is known?")
    rows = _named(ask(build, "audit"))
    if rows.empty:
        show.missing("Estimators were not audited on this build:", "run make audit.")
        return
    columns = {
        "design": ("design", markup.words),
        "world": ("world", markup.words),
        "estimator": ("estimator", markup.words),
        "estimand": ("estimand", markup.words),
        "n_replicates": ("replicates", markup.count),
        "true_effect": ("true effect", markup.number),
        "bias": ("bias", markup.number),
        "coverage": ("intervals that hold the truth", markup.share),
    }
    show.table(rows, columns, "Estimators on twins of the data with a known effect")
