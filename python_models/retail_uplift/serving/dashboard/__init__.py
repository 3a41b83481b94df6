"""The dashboard: ``make dashboard``.

`app` is the frame around the pages; each page is a module with a function `page`. What
they show comes from `serving.questions`, once per published build.
"""
