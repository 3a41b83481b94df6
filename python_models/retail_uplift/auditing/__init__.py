"""An audit of the project's own estimators on twins of the user's own build.

``replicates`` draws samples whose effects are known and fits their nuisances,
``grading`` runs the project's compiled SQL on many of them at once, ``store`` reads the
build and keeps what was graded.
"""
