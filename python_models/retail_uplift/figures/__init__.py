"""Pictures of the marts: ``python -m retail_uplift.figures WAREHOUSE FOLDER``.

A function of `customers`, `effects` or `decisions` draws one picture from a frame and
returns the figure; `pictures` lists them with their tables. Designs are drawn in the
order in which they first appear. Nothing is told by colour alone: segments have a
number, methods a marker, cells a text.
"""
